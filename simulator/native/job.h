// A job of the scenario: its plan, and what GetErrorEx answers.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "mutex.h"
#include "record.h"

namespace simulator {

// JobState values, https://learn.microsoft.com/windows/win32/hyperv_v2/msvm-migrationjob
enum JobState : LONG { kTerminated = 8, kKilled = 9 };
// Whether a job in that state has ended: 7, 8, 9, 10 and, for a completion with warnings, 32768.
bool HasEnded(LONG job_state);

// What RequestStateChange returns for a job that is `now`, null for one that has gone, and is to end in that
// state; for 0 `record` is the ended job.
uint32_t EndJob(const RecordPtr& now, JobState state, RecordPtr* record);

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

// Thread-safe.
class Job {
 public:
  // Without answers GetErrorEx says 0 and NULL.
  explicit Job(std::vector<Answer> answers);

  // The answer of the next call: one each in order, the last repeats.
  const Answer& NextGetErrorEx() { return Next(&get_error_ex_calls_); }
  const Answer& NextGetError() { return Next(&get_error_calls_); }

 private:
  const Answer& Next(size_t* calls);

  const std::vector<Answer> answers_;
  Mutex mutex_;
  size_t get_error_ex_calls_ = 0;
  size_t get_error_calls_ = 0;
};

struct PlannedJob {
  std::shared_ptr<Job> job;
  RecordPtr identity;       // any record of it
  std::vector<Step> steps;  // in order of time, the first at 0
};

}  // namespace simulator
