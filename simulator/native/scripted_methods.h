// The methods that a scenario answers for.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job.h"
#include "mutex.h"
#include "record.h"

namespace simulator {

struct MethodAnswer {
  uint32_t latency_ms;
  std::shared_ptr<const Record> out;  // all out-parameters but the path of a started job
  std::optional<PlannedJob> starts;
};

// What a method of a class and its subclasses answers.
struct MethodPlan {
  std::wstring class_name;
  std::wstring name;
  std::vector<MethodAnswer> answers;  // at least one
};

// Thread-safe.
class ScriptedMethods {
 public:
  explicit ScriptedMethods(std::vector<MethodPlan> plans) : plans_(std::move(plans)), calls_(plans_.size()) {}

  // The answer of the next call: one each in order, the last repeats. Null for a method without a plan.
  const MethodAnswer* Next(const ClassDef& cls, std::wstring_view method);

 private:
  const std::vector<MethodPlan> plans_;
  Mutex mutex_;
  std::vector<size_t> calls_;  // so far, in step with plans_
};

}  // namespace simulator
