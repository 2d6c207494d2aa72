// Plain data to JavaScript values, in the shapes of lib/wmi/addon.ts. JS thread only. All throw Pending or
// std::bad_alloc.
#pragma once

#include <napi.h>

#include "data/call.h"

namespace hje {

// Undefined for many objects, which are converted one by one.
napi_value ResultToJs(napi_env env, const Result& result);
napi_value ObjectToJs(napi_env env, const CimObject& object);
napi_value FailureToJs(napi_env env, const Failure& failure);

}  // namespace hje
