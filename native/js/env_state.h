// What one JavaScript environment (main thread or Worker) owns of the addon. JS thread only.
#pragma once

#include <napi.h>

#include <memory>

#include "js/settle.h"
#include "work/call_pool.h"

namespace hje {

class EnvState {
 public:
  // Makes the state of an environment and registers its cleanup hook. Throws Pending or std::bad_alloc, and
  // leaves nothing behind then.
  static void Create(napi_env env, std::shared_ptr<const Wmi> wmi);
  // The environment keeps it.
  static EnvState& Of(napi_env env);

  EnvState(const EnvState&) = delete;
  EnvState& operator=(const EnvState&) = delete;
  ~EnvState() = default;

  const std::shared_ptr<Settler>& settler() const { return settler_; }
  const std::shared_ptr<CallPool>& pool() const { return pool_; }

 private:
  EnvState(napi_env env, std::shared_ptr<const Wmi> wmi);
  static void Cleanup(void* self);

  const std::shared_ptr<Settler> settler_;
  const std::shared_ptr<CallPool> pool_;
};

}  // namespace hje
