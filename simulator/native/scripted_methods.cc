#include "scripted_methods.h"

#include <algorithm>

#include "text.h"

namespace simulator {

const MethodAnswer* ScriptedMethods::Next(const ClassDef& cls, std::wstring_view method) {
  for (size_t i = 0; i < plans_.size(); ++i) {
    const MethodPlan& plan = plans_[i];
    if (!cls.IsA(plan.class_name) || !EqualsNoCase(plan.name, method)) continue;
    const std::lock_guard<Mutex> lock(mutex_);
    return &plan.answers[std::min(calls_[i]++, plan.answers.size() - 1)];
  }
  return nullptr;
}

}  // namespace simulator
