// The export table: what bench/calls/floors.ts declares.
#include <napi.h>

#include <exception>
#include <string>
#include <thread>

#include "async_worker.h"
#include "com_caller.h"
#include "hop.h"

namespace bench {
namespace {

double Microseconds() {
  LARGE_INTEGER now;
  LARGE_INTEGER frequency;
  QueryPerformanceCounter(&now);
  QueryPerformanceFrequency(&frequency);
  return static_cast<double>(now.QuadPart) * 1e6 / static_cast<double>(frequency.QuadPart);
}

Napi::Value MakeHop(const Napi::CallbackInfo& info) {
  return static_cast<Hop*>(info.Data())->Call(info.Env());
}

Napi::Value AsyncWorkerCall(const Napi::CallbackInfo& info) {
  return CallInAsyncWorker(info.Env(), info[0].As<Napi::String>().Utf16Value());
}

// rawCalls(path, count): microseconds of one call in a loop on an MTA thread. Blocks: nothing else runs
// meanwhile.
Napi::Value RawCalls(const Napi::CallbackInfo& info) {
  const std::u16string path = info[0].As<Napi::String>().Utf16Value();
  const uint32_t count = info[1].As<Napi::Number>().Uint32Value();
  double elapsed = 0;
  std::string failure;
  std::thread([&] {
    try {
      ComCaller caller;
      const double started = Microseconds();
      for (uint32_t i = 0; i < count; ++i) caller.GetErrorEx(path);
      elapsed = Microseconds() - started;
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }).join();
  if (!failure.empty()) throw Napi::Error::New(info.Env(), failure);
  return Napi::Number::New(info.Env(), elapsed / count);
}

// wineVersion(): null on Windows itself.
Napi::Value WineVersion(const Napi::CallbackInfo& info) {
  const FARPROC address = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version");
  if (address == nullptr) return info.Env().Null();
  using GetVersion = const char*(CDECL*)();
  // NOLINTNEXTLINE(bugprone-casting-through-void): g++ warns of the direct cast
  const auto get_version = reinterpret_cast<GetVersion>(reinterpret_cast<void*>(address));
  return Napi::String::New(info.Env(), get_version());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("hop", Napi::Function::New(env, MakeHop, "hop", new Hop(env)));
  exports.Set("rawCalls", Napi::Function::New(env, RawCalls, "rawCalls"));
  exports.Set("asyncWorkerCall", Napi::Function::New(env, AsyncWorkerCall, "asyncWorkerCall"));
  exports.Set("wineVersion", Napi::Function::New(env, WineVersion, "wineVersion"));
  return exports;
}

}  // namespace
}  // namespace bench

static Napi::Object InitBenchFloors(Napi::Env env, Napi::Object exports) { return bench::Init(env, exports); }

NODE_API_MODULE(bench_floors, InitBenchFloors)
