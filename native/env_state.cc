#include "env_state.h"

#include <algorithm>

namespace hje {
namespace {

// How long the environment's end may wait for worker threads to leave their apartment.
constexpr uint64_t kCleanupMs = 200;

// A thread that is stuck in a COM call outlives its environment, and Node unloads an addon with the last
// environment that uses it: the pin keeps the code mapped.
void PinModule() {
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&PinModule), &module);
}

}  // namespace

EnvState::EnvState(Napi::Env env) : settler_(std::make_shared<Settler>(env)) {
  PinModule();
  // Hooks run in reverse order, and the thread-safe function brings its own: ours has to come first.
  Settler::Start(settler_);
  if (env.IsExceptionPending()) return;
  napi_add_env_cleanup_hook(env, &EnvState::Cleanup, this);
}

std::shared_ptr<ComWorkers> EnvState::CreateWorkers(std::shared_ptr<const ConnectionSettings> settings,
                                                    WorkerLimits limits) {
  workers_.erase(
      std::remove_if(workers_.begin(), workers_.end(), [](const auto& item) { return item.expired(); }),
      workers_.end());
  auto workers = std::make_shared<ComWorkers>(std::move(settings), limits, settler_);
  workers_.push_back(workers);
  return workers;
}

// Stops intake and delivery, gives idle threads a moment to leave, and lets go of the stuck ones.
void EnvState::Cleanup(void* data) {
  auto* self = static_cast<EnvState*>(data);
  std::vector<std::shared_ptr<ComWorkers>> alive;
  for (const auto& item : self->workers_) {
    if (auto workers = item.lock()) alive.push_back(std::move(workers));
  }
  for (const auto& workers : alive) workers->Stop();
  self->settler_->Abort();
  const uint64_t deadline = GetTickCount64() + kCleanupMs;
  for (const auto& workers : alive) {
    const uint64_t now = GetTickCount64();
    if (now >= deadline) return;
    workers->WaitForExit(static_cast<DWORD>(deadline - now));
  }
}

}  // namespace hje
