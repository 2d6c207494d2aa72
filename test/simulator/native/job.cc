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

Job::Job(std::vector<Step> steps, std::vector<Answer> answers)
    : steps_(std::move(steps)), answers_(AtLeastOne(std::move(answers))) {}

RecordPtr Job::Scheduled(double now_ms) const {
  const auto later = std::upper_bound(steps_.begin(), steps_.end(), now_ms,
                                      [](double now, const Step& step) { return now < step.at_ms; });
  return later == steps_.begin() ? nullptr : std::prev(later)->record;
}

RecordPtr Job::At(double now_ms) const {
  RecordPtr scheduled = Scheduled(now_ms);
  const std::lock_guard<std::mutex> lock(mutex_);
  return scheduled == nullptr || cancelled_ == nullptr ? scheduled : cancelled_;
}

const Answer& Job::Next(size_t* calls) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const size_t index = std::min(*calls, answers_.size() - 1);
  ++*calls;
  return answers_[index];
}

uint32_t Job::Cancel(JobState state, double now_ms) {
  const RecordPtr scheduled = Scheduled(now_ms);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (scheduled == nullptr || cancelled_ != nullptr) return kInvalidState;
  const VARIANT& current = (*scheduled)[L"JobState"].Raw();
  if (current.vt != VT_I4 || HasEnded(current.lVal)) return kInvalidState;
  const VARIANT& cancellable = (*scheduled)[L"Cancellable"].Raw();
  // A scenario that does not say otherwise lets its jobs be cancelled.
  if (cancellable.vt == VT_BOOL && cancellable.boolVal == VARIANT_FALSE) return kNotSupported;
  auto ended = std::make_shared<Record>(*scheduled);
  ended->Set(L"JobState", Variant::Int(state));
  cancelled_ = std::move(ended);
  return kCompleted;
}

}  // namespace simulator
