// A small WMI client, to test the server's events without the product. Each function runs on a thread of its
// own in the MTA and returns a promise; the functions are described in probe.ts.
#pragma once

#include <napi.h>

namespace simulator {

void ExportProbe(Napi::Env env, Napi::Object exports);

}  // namespace simulator
