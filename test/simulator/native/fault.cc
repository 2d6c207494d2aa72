#include "fault.h"

#include "text.h"

namespace simulator {

Verdict FaultPlan::Judge(Operation operation, std::wstring_view method) {
  Verdict verdict;
  if (faults_.empty()) return verdict;
  const std::lock_guard<Mutex> lock(mutex_);
  for (size_t i = 0; i < faults_.size(); ++i) {
    const Fault& fault = faults_[i];
    if (fault.operation != operation || (fault.method && !EqualsNoCase(*fault.method, method))) continue;
    const uint32_t call = ++seen_[i];
    if (fault.calls && std::find(fault.calls->begin(), fault.calls->end(), call) == fault.calls->end())
      continue;
    verdict.hang_ms += fault.hang_ms;
    if (fault.status != S_OK && verdict.failure == nullptr) verdict.failure = &fault;
  }
  return verdict;
}

}  // namespace simulator
