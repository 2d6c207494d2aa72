// From JavaScript objects to a scenario. The TypeScript side has validated and normalised everything, so what
// does not fit here is a programming error and throws Napi::Error.
#pragma once

#include <napi.h>

#include "world.h"

namespace simulator {

Scenario ReadScenario(const Napi::Object& source);

// One job, of a class among those.
PlannedJob ReadJob(const ClassTable& classes, const Napi::Object& source);

// `{ name: value, … }` of a class's properties.
PropertyValues ReadProperties(const ClassTable& classes, std::wstring_view class_name,
                              const Napi::Object& source);

}  // namespace simulator
