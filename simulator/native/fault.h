// The scenario's faults: which calls wait, and which fail with what.
#pragma once

#include <windows.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "call_log.h"
#include "mutex.h"

namespace simulator {

struct Fault {
  Operation operation;
  std::optional<std::wstring> method;          // none: every method
  std::optional<std::wstring> object;          // in the call's path or query; none: whatever they are
  std::optional<std::vector<uint32_t>> calls;  // from 1; none: every call
  HRESULT status;                              // S_OK: the call goes on after the wait
  uint32_t hang_ms;
  std::wstring description;
};

// What one call meets.
struct Verdict {
  uint32_t hang_ms = 0;
  const Fault* failure = nullptr;  // null: the call goes on
};

class FaultPlan {
 public:
  explicit FaultPlan(std::vector<Fault> faults) : faults_(std::move(faults)), seen_(faults_.size()) {}

  // Counts the call. Where several faults apply the waits add up, and the first status wins.
  Verdict Judge(const Call& call);

 private:
  const std::vector<Fault> faults_;
  Mutex mutex_;
  std::vector<uint32_t> seen_;  // calls so far, for each fault those it is about
};

}  // namespace simulator
