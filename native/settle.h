// The bridge between threads: finished calls come in on worker threads and are settled on the JS thread.
#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "call.h"
#include "lock.h"

namespace hje {

// Owned by the environment and by every worker pool of it; after Abort it is an empty shell that late
// deliveries fall into.
class Settler final : public CallSink {
 public:
  // All but Deliver: JS thread.
  explicit Settler(Napi::Env env);

  // Makes the thread-safe function; to be called once, on an object owned by `self`.
  static void Start(const std::shared_ptr<Settler>& self);
  void OnSettle(Napi::Function settle) { settle_ = Napi::Persistent(settle); }

  // From here until the call is settled or forgotten the event loop is kept alive.
  void Expect(std::shared_ptr<Call> call);
  // The call will not be settled any more. Null when it has been, or was never expected.
  std::shared_ptr<Call> Forget(double ticket);

  // Any thread. Frees the call at once when the environment has gone.
  void Deliver(std::shared_ptr<Call> call) override;

  // The environment is going: nothing is settled from here on. Idempotent.
  void Abort();

 private:
  static void CallJs(napi_env env, napi_value unused, void* context, void* data);
  // False when the environment is going and nothing more can be settled.
  bool Settle(Napi::Env env, const Call& call);

  const napi_env env_;
  Napi::FunctionReference settle_;
  std::unordered_map<double, std::shared_ptr<Call>> expected_;

  Mutex mutex_;  // guards all below
  napi_threadsafe_function function_ = nullptr;
  std::vector<std::shared_ptr<Call>> finished_;
  bool signalled_ = false;
};

}  // namespace hje
