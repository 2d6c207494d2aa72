#include "malloc_spy.h"

#include <objbase.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "mutex.h"
#include "com_raii.h"

namespace simulator {
namespace {

enum class Kind : uint8_t { kOther, kBstr, kArray };

// Allocations by address. Nothing here may allocate through COM: the spy is called from within the allocator.
// The map is ordered because a BSTR or SAFEARRAY points behind a hidden header, so it is found by range.
class Ledger {
 public:
  void Clear() {
    const std::lock_guard<Mutex> lock(mutex_);
    entries_.clear();
    counts_ = {};
  }

  void Add(void* block, size_t size, Kind kind = Kind::kOther) {
    const std::lock_guard<Mutex> lock(mutex_);
    entries_[Address(block)] = {size, kind};
    Tally({size, kind}, 1);
  }

  // Blocks from before the last Clear are not known, and are no news.
  Kind Remove(void* block) {
    const std::lock_guard<Mutex> lock(mutex_);
    const auto found = entries_.find(Address(block));
    if (found == entries_.end()) return Kind::kOther;
    const Entry entry = found->second;
    entries_.erase(found);
    Tally(entry, static_cast<size_t>(-1));
    return entry.kind;
  }

  void Mark(const void* inside, Kind kind) {
    const std::lock_guard<Mutex> lock(mutex_);
    auto found = entries_.upper_bound(Address(inside));
    if (found == entries_.begin()) return;
    --found;
    if (Address(inside) >= found->first + found->second.size || found->second.kind == kind) return;
    Tally(found->second, static_cast<size_t>(-1));
    found->second.kind = kind;
    Tally(found->second, 1);
  }

  SpiedCounts Counts() {
    const std::lock_guard<Mutex> lock(mutex_);
    return counts_;
  }

 private:
  struct Entry {
    size_t size;
    Kind kind;
  };

  static uintptr_t Address(const void* block) { return reinterpret_cast<uintptr_t>(block); }

  // `sign` is 1 or, in modular arithmetic, -1.
  void Tally(const Entry& entry, size_t sign) {
    counts_.allocations += sign;
    counts_.bytes += sign * entry.size;
    if (entry.kind == Kind::kBstr) counts_.bstrs += sign;
    if (entry.kind == Kind::kArray) counts_.arrays += sign;
  }

  Mutex mutex_;
  std::map<uintptr_t, Entry> entries_;
  SpiedCounts counts_{};
};

// COM calls Pre… and Post… around its allocator on the same thread, which is how a size reaches its address.
class Spy final : public IMallocSpy {
 public:
  Ledger& ledger() { return ledger_; }
  bool Install() {
    const std::lock_guard<Mutex> lock(install_);
    if (!installed_) installed_ = SUCCEEDED(::CoRegisterMallocSpy(this));
    return installed_;
  }
  bool installed() const { return installed_; }
  // Whether what the calling thread allocates is the server's own. Returns what it was before.
  static bool SetOwn(bool own) { return std::exchange(own_, own); }

  // IUnknown. The spy lives as long as the process: its reference count means nothing.
  STDMETHODIMP QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    const bool known = iid == __uuidof(IUnknown) || iid == __uuidof(IMallocSpy);
    *out = known ? this : nullptr;
    return known ? S_OK : E_NOINTERFACE;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return 2; }
  STDMETHODIMP_(ULONG) Release() override { return 1; }

  // IMallocSpy
  STDMETHODIMP_(SIZE_T) PreAlloc(SIZE_T size) override {
    pending_ = {size, Kind::kOther};
    return size;
  }
  STDMETHODIMP_(void*) PostAlloc(void* block) override {
    if (block != nullptr && !own_) ledger_.Add(block, pending_.size);
    return block;
  }
  STDMETHODIMP_(void*) PreFree(void* block, BOOL) override {
    if (block != nullptr) ledger_.Remove(block);
    return block;
  }
  STDMETHODIMP_(void) PostFree(BOOL) override {}
  STDMETHODIMP_(SIZE_T) PreRealloc(void* block, SIZE_T size, void** forward, BOOL) override {
    pending_ = {size, block == nullptr ? Kind::kOther : ledger_.Remove(block)};
    *forward = block;
    return size;
  }
  STDMETHODIMP_(void*) PostRealloc(void* block, BOOL) override {
    if (block != nullptr && !own_) ledger_.Add(block, pending_.size, pending_.kind);
    return block;
  }
  STDMETHODIMP_(void*) PreGetSize(void* block, BOOL) override { return block; }
  STDMETHODIMP_(SIZE_T) PostGetSize(SIZE_T size, BOOL) override { return size; }
  STDMETHODIMP_(void*) PreDidAlloc(void* block, BOOL) override { return block; }
  STDMETHODIMP_(int) PostDidAlloc(void*, BOOL, int answer) override { return answer; }
  STDMETHODIMP_(void) PreHeapMinimize() override {}
  STDMETHODIMP_(void) PostHeapMinimize() override {}

 private:
  struct Pending {
    SIZE_T size;
    Kind kind;
  };
  static thread_local Pending pending_;
  static thread_local bool own_;

  Mutex install_;
  std::atomic<bool> installed_{false};
  Ledger ledger_;
};

thread_local Spy::Pending Spy::pending_{};
thread_local bool Spy::own_ = false;

// Never destroyed: COM may free memory after static destructors have run.
Spy& TheSpy() {
  static Spy* const spy = new Spy;
  return *spy;
}

}  // namespace

bool ResetMallocSpy() {
  if (!TheSpy().Install()) return false;
  TheSpy().ledger().Clear();
  return true;
}

SpiedCounts CountSpied() { return TheSpy().ledger().Counts(); }

OwnAllocations::OwnAllocations() : before_(Spy::SetOwn(true)) {}
OwnAllocations::~OwnAllocations() { Spy::SetOwn(before_); }

HRESULT HandOut(const VARIANT& value, VARIANT* out) {
  const HRESULT hr = CopyVariant(value, out);
  if (FAILED(hr) || !TheSpy().installed()) return hr;
  if (out->vt == VT_BSTR && out->bstrVal != nullptr) TheSpy().ledger().Mark(out->bstrVal, Kind::kBstr);
  if ((out->vt & VT_ARRAY) != 0 && out->parray != nullptr) NoteHandedOut(out->parray);
  return hr;
}

HRESULT HandOut(std::wstring_view text, BSTR* out) {
  *out = ::SysAllocStringLen(text.data(), static_cast<UINT>(text.size()));
  if (*out == nullptr) return E_OUTOFMEMORY;
  if (TheSpy().installed()) TheSpy().ledger().Mark(*out, Kind::kBstr);
  return S_OK;
}

void NoteHandedOut(SAFEARRAY* array) {
  if (!TheSpy().installed()) return;
  TheSpy().ledger().Mark(array, Kind::kArray);
  if ((array->fFeatures & FADF_BSTR) == 0) return;
  size_t count = 1;
  for (USHORT dimension = 0; dimension < array->cDims; ++dimension) {
    count *= array->rgsabound[dimension].cElements;
  }
  const auto* items = static_cast<const BSTR*>(array->pvData);
  for (size_t i = 0; i < count; ++i) {
    if (items[i] != nullptr) TheSpy().ledger().Mark(items[i], Kind::kBstr);
  }
}

}  // namespace simulator
