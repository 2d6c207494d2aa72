// A job of the scenario: what it looks like at a time, and what GetErrorEx answers.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "record.h"

namespace simulator {

// JobState values, https://learn.microsoft.com/windows/win32/hyperv_v2/msvm-migrationjob
enum JobState : LONG { kTerminated = 8, kKilled = 9 };
// Whether a job in that state has ended: 7, 8, 9, 10 and, for a completion with warnings, 32768.
bool HasEnded(LONG job_state);

// From `at_ms` on the job is `record`; null while it does not exist.
struct Step {
  double at_ms;
  RecordPtr record;
};

// One prepared answer of GetErrorEx.
struct Answer {
  enum class Form { kNormal, kWithoutErrors, kNoOutParameters };

  uint32_t return_value = 0;
  uint32_t latency_ms = 0;
  Form form = Form::kNormal;
  Variant errors;       // of whatever shape the scenario asks for
  Variant first_error;  // what GetError makes of the same answer
};

class Job {
 public:
  // `steps` are in order of time and the first is at 0. Without answers GetErrorEx says 0 and NULL.
  Job(std::vector<Step> steps, std::vector<Answer> answers);

  // The job at that time; null while it does not exist.
  RecordPtr At(double now_ms) const;

  // The answer of the next call: one each in order, the last repeats.
  const Answer& NextGetErrorEx() { return Next(&get_error_ex_calls_); }
  const Answer& NextGetError() { return Next(&get_error_calls_); }

  // Ends a running job in the given state; the timeline can then only remove it. Returns RequestStateChange's
  // return value.
  uint32_t Cancel(JobState state, double now_ms);

 private:
  const Answer& Next(size_t* calls);
  RecordPtr Scheduled(double now_ms) const;

  const std::vector<Step> steps_;
  const std::vector<Answer> answers_;

  mutable std::mutex mutex_;
  size_t get_error_ex_calls_ = 0;
  size_t get_error_calls_ = 0;
  RecordPtr cancelled_;  // null unless cancelled
};

}  // namespace simulator
