// What a test can do while its scenario runs: the functions of the addon that act on the scene.
#pragma once

#include <napi.h>

namespace simulator {

void ExportScene(Napi::Env env, Napi::Object exports);

}  // namespace simulator
