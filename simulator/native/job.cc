#include "job.h"

#include <algorithm>
#include <utility>

namespace simulator {
namespace {

// Return values of RequestStateChange,
// https://learn.microsoft.com/windows/win32/hyperv_v2/requeststatechange-msvm-migrationjob
constexpr uint32_t kCompleted = 0;
constexpr uint32_t kNotSupported = 32770;
constexpr uint32_t kInvalidState = 32775;

std::vector<Answer> AtLeastOne(std::vector<Answer> answers) {
  if (answers.empty()) answers.emplace_back();
  return answers;
}

}  // namespace

bool HasEnded(LONG job_state) {
  return job_state == 7 || job_state == kTerminated || job_state == kKilled || job_state == 10 ||
         job_state == 32768;
}

uint32_t EndJob(const RecordPtr& now, JobState state, RecordPtr* record) {
  if (now == nullptr) return kInvalidState;
  const VARIANT& current = (*now)[L"JobState"].Raw();
  if (current.vt != VT_I4 || HasEnded(current.lVal)) return kInvalidState;
  const VARIANT& cancellable = (*now)[L"Cancellable"].Raw();
  // A scenario that does not say otherwise lets its jobs be cancelled.
  if (cancellable.vt == VT_BOOL && cancellable.boolVal == VARIANT_FALSE) return kNotSupported;
  auto ended = std::make_shared<Record>(*now);
  ended->Set(L"JobState", Variant::Int(state));
  *record = std::move(ended);
  return kCompleted;
}

Job::Job(std::vector<Answer> answers) : answers_(AtLeastOne(std::move(answers))) {}

const Answer& Job::Next(size_t* calls) {
  const std::lock_guard<Mutex> lock(mutex_);
  const size_t index = std::min(*calls, answers_.size() - 1);
  ++*calls;
  return answers_[index];
}

}  // namespace simulator
