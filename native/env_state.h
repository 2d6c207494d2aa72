// What one JavaScript environment (main thread or Worker) owns of the addon. JS thread only.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "com_worker.h"
#include "settle.h"

namespace hje {

class EnvState {
 public:
  // Registers the cleanup hook. Check env.IsExceptionPending() afterwards.
  explicit EnvState(Napi::Env env);
  EnvState(const EnvState&) = delete;
  EnvState& operator=(const EnvState&) = delete;
  ~EnvState() = default;

  Settler& settler() { return *settler_; }
  std::shared_ptr<ComWorkers> CreateWorkers(std::shared_ptr<const ConnectionSettings> settings,
                                            WorkerLimits limits);

 private:
  static void Cleanup(void* self);

  const std::shared_ptr<Settler> settler_;
  std::vector<std::weak_ptr<ComWorkers>> workers_;
};

}  // namespace hje
