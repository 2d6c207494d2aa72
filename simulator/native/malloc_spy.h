// Counts what is allocated through COM's task allocator, where every BSTR and SAFEARRAY of a process lives.
//
// With OANOCACHE=1 in the environment the counts are exact; without it OLE Automation keeps freed BSTRs in a
// cache, and they count as alive.
#pragma once

#include <windows.h>

#include <oleauto.h>

#include <cstddef>
#include <string_view>

namespace simulator {

struct SpiedCounts {
  size_t bstrs;        // handed out by the server and not freed yet
  size_t arrays;       // likewise
  size_t allocations;  // all of the process since the spy was reset, but for the server's own
  size_t bytes;
};

// Installs the spy unless it is installed, and forgets all allocations made before. COM cannot take a spy
// away while anything it has seen is alive, so it stays until the process ends. False: COM has another spy.
bool ResetMallocSpy();

SpiedCounts CountSpied();

// While it lives, what its thread allocates is the server's own and does not count: jobs come, change and go
// without any client.
class OwnAllocations {
 public:
  OwnAllocations();
  ~OwnAllocations();
  OwnAllocations(const OwnAllocations&) = delete;
  OwnAllocations& operator=(const OwnAllocations&) = delete;

 private:
  const bool before_;
};

// The ways a value leaves the server: the caller owns the copy, and the spy knows it is one of ours.
// `out` is not initialised, as WMI's own Get does not read it either.
HRESULT HandOut(const VARIANT& value, VARIANT* out);
HRESULT HandOut(std::wstring_view text, BSTR* out);
// For an array the caller of this function is about to give away.
void NoteHandedOut(SAFEARRAY* array);

}  // namespace simulator
