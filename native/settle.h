// The bridge between threads: finished calls come in on worker threads and are settled on the JS thread.
#pragma once

#include <napi.h>

#include <deque>
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
  // `settle` takes a ticket, a failure and a result; `later` has SettleMore called in a later turn of the
  // event loop.
  void OnSettle(Napi::Function settle, Napi::Function later) {
    settle_ = Napi::Persistent(settle);
    later_ = Napi::Persistent(later);
  }

  // From here until the call is settled or forgotten the event loop is kept alive.
  void Expect(std::shared_ptr<Call> call);
  // The call will not be settled any more. Null when it has been, or was never expected.
  std::shared_ptr<Call> Forget(double ticket);

  // Goes on with what the last turn had no time for.
  void SettleMore(Napi::Env env);

  // Any thread. Frees the call at once when the environment has gone.
  void Deliver(std::shared_ptr<Call> call) override;

  // The environment is going: nothing is settled from here on. Idempotent.
  void Abort();

 private:
  static void CallJs(napi_env env, napi_value unused, void* context, void* data);
  // Settles what is ready, for at most a slice of time.
  void SettleReady(Napi::Env env);
  // The two return false when the environment is going and nothing more can be settled.
  bool Settle(Napi::Env env, double ticket, Napi::Value failure, Napi::Value result);
  bool Succeeded(Napi::Env env, Napi::Value returned);
  // Converts a result of many objects until the time is over; true once all are in `partial_`.
  bool Convert(Napi::Env env, const std::vector<CimObject>& objects, Clock::time_point until);

  const napi_env env_;
  Napi::FunctionReference settle_;
  Napi::FunctionReference later_;
  std::unordered_map<double, std::shared_ptr<Call>> expected_;
  std::deque<std::shared_ptr<Call>> ready_;  // finished, the first one perhaps converted in part
  Napi::Reference<Napi::Array> partial_;
  uint32_t converted_ = 0;
  bool continued_ = false;  // SettleMore is going to be called

  Mutex mutex_;  // guards all below
  napi_threadsafe_function function_ = nullptr;
  std::vector<std::shared_ptr<Call>> finished_;
  bool signalled_ = false;
};

}  // namespace hje
