// What other code of a host process may have done to COM before the product is loaded.
#pragma once

#include <napi.h>

namespace simulator {

// Exports oleInitialize (the calling thread becomes an STA, as Electron's main thread is) and
// initializeSecurity (CoInitializeSecurity, once a process); both return the HRESULT, unsigned.
void ExportHostProcess(Napi::Env env, Napi::Object exports);

}  // namespace simulator
