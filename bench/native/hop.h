// The bare way to another thread and back: what a call costs before it does anything. One worker thread, a
// queue under a slim lock with a condition variable, and a thread-safe function that settles all that has
// finished in one wake-up, as native/work/call_pool.cc and native/js/settle.cc do it; no COM, no data.
#pragma once

#include <napi.h>

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "work/lock.h"

namespace bench {

class Hop {
 public:
  // JS thread. Starts the worker thread, which lives as long as the process.
  explicit Hop(Napi::Env env);
  Hop(const Hop&) = delete;
  Hop& operator=(const Hop&) = delete;
  ~Hop() = delete;

  // JS thread. A promise that the worker thread resolves.
  Napi::Value Call(Napi::Env env);

 private:
  using Promise = std::unique_ptr<Napi::Promise::Deferred>;

  static unsigned __stdcall ThreadMain(void* self);
  static void CallJs(napi_env env, napi_value unused, void* context, void* data);
  void Work();  // thread
  void Deliver(Promise promise);

  napi_threadsafe_function function_ = nullptr;
  size_t expected_ = 0;  // JS thread

  hje::Mutex queue_mutex_;  // guards queue_
  hje::Condition work_;
  std::deque<Promise> queue_;

  hje::Mutex finished_mutex_;  // guards all below
  std::vector<Promise> finished_;
  bool signalled_ = false;
};

}  // namespace bench
