// GetErrorEx the way most addons do work off the JS thread: an AsyncWorker on libuv's pool.
#pragma once

#include <napi.h>

#include <string>

namespace bench {

// JS thread. A promise for the strings of `Errors`, null when it is NULL; rejects when WMI fails.
Napi::Value CallInAsyncWorker(Napi::Env env, std::u16string path);

}  // namespace bench
