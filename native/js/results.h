// Plain data to JavaScript values, in the shapes of lib/wmi/addon.ts. JS thread only. A value is empty when
// the environment is going.
#pragma once

#include <napi.h>

#include "data/call.h"

namespace hje {

// Undefined for many objects, which are converted one by one.
Napi::Value ResultToJs(Napi::Env env, const Result& result);
Napi::Value ObjectToJs(Napi::Env env, const CimObject& object);
Napi::Value FailureToJs(Napi::Env env, const Failure& failure);

}  // namespace hje
