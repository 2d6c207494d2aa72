#include "js/env_state.h"

#include "js/guard.h"

namespace hje {
namespace {

// How long the environment's end may wait for worker threads to leave their apartment.
constexpr DWORD kCleanupMs = 200;

// A thread that is stuck in a COM call outlives its environment, and Node unloads an addon with the last
// environment that uses it: the pin keeps the code mapped. Microsoft Learn, "GetModuleHandleExW function
// (libloaderapi.h)",
// https://learn.microsoft.com/windows/win32/api/libloaderapi/nf-libloaderapi-getmodulehandleexw
void PinModule() {
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&PinModule), &module);
}

}  // namespace

EnvState::EnvState(napi_env env, std::shared_ptr<const Wmi> wmi)
    : settler_(std::make_shared<Settler>(env)), pool_(std::make_shared<CallPool>(std::move(wmi))) {}

void EnvState::Create(napi_env env, std::shared_ptr<const Wmi> wmi) {
  PinModule();
  std::unique_ptr<EnvState> state(new EnvState(env, std::move(wmi)));
  // Hooks run in reverse order, and the thread-safe function brings its own: ours has to come first.
  Settler::Start(state->settler_);
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<EnvState*>(data); };
  try {
    CheckNapi(napi_set_instance_data(env, state.get(), finalize, nullptr));
  } catch (...) {
    state->settler_->Abort();
    throw;
  }
  // NOLINTNEXTLINE(bugprone-unused-return-value): the environment's now
  CheckNapi(napi_add_env_cleanup_hook(env, &EnvState::Cleanup, state.release()));
}

EnvState& EnvState::Of(napi_env env) {
  void* state = nullptr;
  CheckNapi(napi_get_instance_data(env, &state));
  if (state == nullptr) throw Pending{};  // the environment is going
  return *static_cast<EnvState*>(state);
}

// Stops intake and delivery, gives idle threads a moment to leave, and lets go of the stuck ones. Nothing
// here needs memory.
void EnvState::Cleanup(void* data) {
  auto* self = static_cast<EnvState*>(data);
  self->pool_->Stop();
  self->settler_->Abort();
  self->pool_->WaitForExit(kCleanupMs);
}

}  // namespace hje
