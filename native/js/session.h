// The class `Session` of lib/wmi/addon.ts.
#pragma once

#include <napi.h>

namespace hje {

// JS thread. Throws Pending or std::bad_alloc.
napi_value DefineSession(napi_env env);

}  // namespace hje
