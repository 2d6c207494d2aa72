// The export table: what simulator/index.ts calls. Works in any environment of the process; the server
// behind it belongs to the process.

#include <napi.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "com_object.h"
#include "host_process.h"
#include "locator.h"
#include "malloc_spy.h"
#include "probe.h"
#include "../remote/native/exports.h"
#include "scenario_read.h"
#include "scene_exports.h"
#include "server.h"

namespace simulator {
namespace {

Napi::Value ToText(const Napi::Env& env, const std::optional<std::wstring>& text) {
  if (!text) return env.Null();
  return Napi::String::New(env, std::u16string(text->begin(), text->end()));
}

// start(scenario) → the number of this start. The spy is reset before the scenario's own values are made.
Napi::Value Start(const Napi::CallbackInfo& info) {
  const auto scenario = info[0].As<Napi::Object>();
  const bool count = scenario.Get("countAllocations").As<Napi::Boolean>().Value();
  if (count && !ResetMallocSpy()) throw Napi::Error::New(info.Env(), "simulator: COM has another malloc spy");
  try {
    std::shared_ptr<World> world;
    {
      const OwnAllocations own;
      world = std::make_shared<World>(ReadScenario(scenario));
    }
    const uint32_t start = Server::OfProcess().Start(Make<LocatorFactory>(world), world);
    return Napi::Number::New(info.Env(), start);
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Napi::Error::New(info.Env(), std::string("simulator: ") + error.what());
  }
}

void Stop(const Napi::CallbackInfo& info) {
  Server::OfProcess().Stop(info[0].As<Napi::Number>().Uint32Value());
}

Napi::Value Counts(const Napi::CallbackInfo& info) {
  const SpiedCounts spied = CountSpied();
  auto result = Napi::Object::New(info.Env());
  result.Set("objects", static_cast<double>(LiveObjects().load()));
  result.Set("bstrs", static_cast<double>(spied.bstrs));
  result.Set("arrays", static_cast<double>(spied.arrays));
  result.Set("allocations", static_cast<double>(spied.allocations));
  result.Set("bytes", static_cast<double>(spied.bytes));
  return result;
}

Napi::Value ToConnection(const Napi::Env& env, const std::optional<ConnectArguments>& arguments) {
  if (!arguments) return env.Null();
  auto result = Napi::Object::New(env);
  result.Set("user", ToText(env, arguments->user));
  result.Set("locale", ToText(env, arguments->locale));
  result.Set("authority", ToText(env, arguments->authority));
  result.Set("securityFlags", static_cast<double>(arguments->security_flags));
  return result;
}

Napi::Value Calls(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto result = Napi::Array::New(env);
  const std::shared_ptr<World> world = Server::OfProcess().world();
  if (world == nullptr) return result;
  uint32_t index = 0;
  for (const Call& call : world->log().Entries()) {
    auto entry = Napi::Object::New(env);
    entry.Set("operation", ToText(env, NameOf(call.operation).scenario));
    entry.Set("method", ToText(env, call.method));
    entry.Set("path", ToText(env, call.path));
    entry.Set("threadId", static_cast<double>(call.thread_id));
    entry.Set("connection", ToConnection(env, call.connection));
    result.Set(index++, entry);
  }
  return result;
}

Napi::Value ToIdentity(const Napi::Env& env, const std::optional<BlanketIdentity>& identity) {
  if (!identity) return env.Null();
  auto result = Napi::Object::New(env);
  result.Set("user", ToText(env, identity->user));
  result.Set("domain", ToText(env, identity->domain));
  result.Set("passwordLength", static_cast<double>(identity->password_length));
  return result;
}

Napi::Value Blankets(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto result = Napi::Array::New(env);
  const std::shared_ptr<World> world = Server::OfProcess().world();
  if (world == nullptr) return result;
  uint32_t index = 0;
  for (const Blanket& blanket : world->blankets().Entries()) {
    auto entry = Napi::Object::New(env);
    entry.Set("proxy", ToText(env, blanket.proxy));
    entry.Set("authentication", static_cast<double>(blanket.authentication));
    entry.Set("authorization", static_cast<double>(blanket.authorization));
    entry.Set("principal", ToText(env, blanket.principal));
    entry.Set("level", static_cast<double>(blanket.level));
    entry.Set("impersonation", static_cast<double>(blanket.impersonation));
    entry.Set("capabilities", static_cast<double>(blanket.capabilities));
    entry.Set("identity", ToIdentity(env, blanket.identity));
    entry.Set("callsBefore", static_cast<double>(blanket.calls_before));
    result.Set(index++, entry);
  }
  return result;
}

Napi::Value ThreadId(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), ::GetCurrentThreadId());
}

// A real access violation: both the pointer and what it points to are volatile, or the store is optimised
// away.
void Crash() {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;  // NOLINT(clang-analyzer-core.NullDereference): on purpose
}

void CrashOnMainThread(const Napi::CallbackInfo&) { Crash(); }

void CrashOnThread(const Napi::CallbackInfo&) { std::thread(Crash).detach(); }

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("start", Napi::Function::New(env, Start));
  exports.Set("stop", Napi::Function::New(env, Stop));
  exports.Set("counts", Napi::Function::New(env, Counts));
  exports.Set("calls", Napi::Function::New(env, Calls));
  exports.Set("blankets", Napi::Function::New(env, Blankets));
  exports.Set("threadId", Napi::Function::New(env, ThreadId));
  exports.Set("crashOnThread", Napi::Function::New(env, CrashOnThread));
  exports.Set("crashOnMainThread", Napi::Function::New(env, CrashOnMainThread));
  ExportScene(env, exports);
  ExportProbe(env, exports);
  ExportHostProcess(env, exports);
  ExportRemote(env, exports);
  return exports;
}

}  // namespace
}  // namespace simulator

static Napi::Object InitSimulator(Napi::Env env, Napi::Object exports) {
  return simulator::Init(env, exports);
}

NODE_API_MODULE(simulator, InitSimulator)
