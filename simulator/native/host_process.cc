#include "host_process.h"

#include <windows.h>
#include <objbase.h>
#include <ole2.h>

namespace simulator {
namespace {

Napi::Value OleInitializeThread(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(static_cast<uint32_t>(OleInitialize(nullptr))));
}

Napi::Value InitializeSecurity(const Napi::CallbackInfo& info) {
  const HRESULT hr = CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                          RPC_C_IMP_LEVEL_IDENTIFY, nullptr, EOAC_NONE, nullptr);
  return Napi::Number::New(info.Env(), static_cast<double>(static_cast<uint32_t>(hr)));
}

}  // namespace

void ExportHostProcess(Napi::Env env, Napi::Object exports) {
  exports.Set("oleInitialize", Napi::Function::New(env, OleInitializeThread));
  exports.Set("initializeSecurity", Napi::Function::New(env, InitializeSecurity));
}

}  // namespace simulator
