#include "fault.h"

#include "text.h"

namespace simulator {
namespace {

bool IsAbout(const Fault& fault, const Call& call) {
  if (fault.operation != call.operation) return false;
  if (fault.method && !EqualsNoCase(*fault.method, call.method.value_or(L""))) return false;
  return !fault.object || call.path.value_or(L"").find(*fault.object) != std::wstring::npos;
}

}  // namespace

Verdict FaultPlan::Judge(const Call& call) {
  Verdict verdict;
  if (faults_.empty()) return verdict;
  const std::lock_guard<Mutex> lock(mutex_);
  for (size_t i = 0; i < faults_.size(); ++i) {
    const Fault& fault = faults_[i];
    if (!IsAbout(fault, call)) continue;
    const uint32_t number = ++seen_[i];
    if (fault.calls && std::find(fault.calls->begin(), fault.calls->end(), number) == fault.calls->end())
      continue;
    verdict.hang_ms += fault.hang_ms;
    if (fault.status != S_OK && verdict.failure == nullptr) verdict.failure = &fault;
  }
  return verdict;
}

}  // namespace simulator
