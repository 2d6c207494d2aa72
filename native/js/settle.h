// The bridge between threads: finished calls come in on threads of the pools and are settled on the JS
// thread.
#pragma once

#include <napi.h>

#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "data/call.h"
#include "js/results.h"
#include "work/lock.h"

namespace hje {

// Owned by the environment and by every pool of it; after Abort it is an empty shell that late deliveries
// fall into.
class Settler final : public CallSink {
 public:
  // All but Deliver: JS thread.
  explicit Settler(napi_env env) : env_(env) {}

  // Makes the thread-safe function; to be called once, on an object owned by `self`. Throws Pending or
  // std::bad_alloc.
  static void Start(const std::shared_ptr<Settler>& self);
  // `settle` takes a ticket, a failure and a result; `later` has SettleMore called in a later turn of the
  // event loop.
  void OnSettle(Napi::Function settle, Napi::Function later);
  // Whether OnSettle has been called.
  bool IsReady() const { return !settle_.IsEmpty(); }

  // From here until the call is settled or forgotten the event loop is kept alive, if the call says so. False
  // when its ticket is in use.
  bool Expect(const std::shared_ptr<Call>& call);
  // Null when it has been settled or forgotten, or was never expected.
  std::shared_ptr<Call> Find(double ticket) const;
  // The call will not be settled any more.
  void Forget(double ticket) noexcept;
  void ForgetAllOf(const void* session) noexcept;
  // It is settled when it returns, but the event loop does not wait for that.
  void Release(Call& call) noexcept;

  // Goes on with what the last turn had no time for.
  void SettleMore(napi_env env);

  // Any thread. Frees the call at once when the environment has gone.
  void Deliver(std::shared_ptr<Call> call) noexcept override;

  // The environment is going: nothing is settled from here on. Idempotent.
  void Abort();

 private:
  struct JsOutcome {
    napi_value failure = nullptr;
    napi_value result = nullptr;
    bool is_lost = false;  // not even a failure could be made
  };

  static void CallJs(napi_env env, napi_value unused, void* context, void* data);
  // Settles what is ready, for at most a slice of time.
  void SettleReady(napi_env env);
  // False when the environment is going and nothing more can be settled.
  bool Settle(napi_env env, double ticket, const JsOutcome& outcome);
  // Hands an exception of the callee to the process. False when there was none.
  bool Report(Napi::Env env);
  // Both convert until the time is over; true once all is converted.
  bool Convert(napi_env env, Call& call, Clock::time_point until, JsOutcome* outcome) noexcept;
  bool ConvertItems(napi_env env, const LongList& list, Clock::time_point until);
  void Wake() noexcept;  // with mutex_ held

  const napi_env env_;
  Napi::FunctionReference settle_;
  Napi::FunctionReference later_;
  using Expected = std::unordered_map<double, std::shared_ptr<Call>>;
  Expected expected_;
  // Of calls that have been settled, for the next ones.
  std::vector<Expected::node_type> spare_;
  size_t kept_alive_for_ = 0;                // calls among these
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
