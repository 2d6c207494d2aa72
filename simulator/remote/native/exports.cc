#include "exports.h"

#include <cstdio>
#include <exception>
#include <string>

#include "../../native/server.h"
#include "object_reference.h"
#include "proxies.h"

namespace simulator {
namespace {

void Check(const Napi::Env& env, HRESULT hr, const char* what) {
  if (SUCCEEDED(hr)) return;
  char message[128];
  std::snprintf(message, sizeof(message), "simulator: %s failed with 0x%08lX", what,
                static_cast<unsigned long>(hr));
  throw Napi::Error::New(env, message);
}

void UseProxies(const Napi::Env& env, const Napi::Value& library) {
  const std::u16string path = library.As<Napi::String>().Utf16Value();
  Check(env, RegisterProxies({path.begin(), path.end()}), "registering the proxies");
}

Napi::Value Publish(const Napi::CallbackInfo& info) {
  UseProxies(info.Env(), info[0]);
  std::vector<uint8_t> reference;
  Check(info.Env(), MarshalLocator(&reference), "marshalling the locator");
  return Napi::Buffer<uint8_t>::Copy(info.Env(), reference.data(), reference.size());
}

Napi::Value StartRemote(const Napi::CallbackInfo& info) {
  try {
    return Napi::Number::New(info.Env(), Server::OfProcess().Start(Make<RemoteLocatorFactory>(), nullptr));
  } catch (const std::exception& error) {
    throw Napi::Error::New(info.Env(), std::string("simulator: ") + error.what());
  }
}

void SetServer(const Napi::CallbackInfo& info) {
  UseProxies(info.Env(), info[0]);
  const auto bytes = info[1].As<Napi::Buffer<uint8_t>>();
  const HRESULT hr = CurrentServer::OfProcess().Set({bytes.Data(), bytes.Data() + bytes.Length()});
  Check(info.Env(), hr, "reaching the server");
}

}  // namespace

void ExportRemote(Napi::Env env, Napi::Object exports) {
  exports.Set("marshalLocator", Napi::Function::New(env, Publish));
  exports.Set("startRemote", Napi::Function::New(env, StartRemote));
  exports.Set("setServer", Napi::Function::New(env, SetServer));
}

}  // namespace simulator
