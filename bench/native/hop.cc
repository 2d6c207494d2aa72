#include "hop.h"

#include <process.h>

namespace bench {
namespace {

// As in the product: a waiting thread wakes up this often without work.
constexpr DWORD kWakeMs = 250;

}  // namespace

Hop::Hop(Napi::Env env) {
  if (napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "hop"), 0, 1, nullptr,
                                      nullptr, this, &Hop::CallJs, &function_) != napi_ok) {
    throw Napi::Error::New(env);
  }
  napi_unref_threadsafe_function(env, function_);
  const uintptr_t handle = _beginthreadex(nullptr, 0, &Hop::ThreadMain, this, 0, nullptr);
  if (handle == 0) throw Napi::Error::New(env, "the system has no thread to give");
  CloseHandle(reinterpret_cast<HANDLE>(handle));  // detached
}

Napi::Value Hop::Call(Napi::Env env) {
  auto promise = std::make_unique<Napi::Promise::Deferred>(env);
  const Napi::Value result = promise->Promise();
  if (expected_++ == 0) napi_ref_threadsafe_function(env, function_);
  const hje::Lock lock(queue_mutex_);
  queue_.push_back(std::move(promise));
  work_.NotifyOne();
  return result;
}

unsigned __stdcall Hop::ThreadMain(void* self) {
  static_cast<Hop*>(self)->Work();
  return 0;
}

void Hop::Work() {
  for (;;) {
    Promise promise;
    {
      hje::Lock lock(queue_mutex_);
      while (queue_.empty()) work_.WaitFor(lock, kWakeMs);
      promise = std::move(queue_.front());
      queue_.pop_front();
    }
    Deliver(std::move(promise));
  }
}

void Hop::Deliver(Promise promise) {
  const hje::Lock lock(finished_mutex_);
  finished_.push_back(std::move(promise));
  if (signalled_) return;
  signalled_ = napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

// JS thread; `env` is null when the environment is being torn down.
void Hop::CallJs(napi_env env, napi_value, void* context, void*) {
  auto* self = static_cast<Hop*>(context);
  std::vector<Promise> finished;
  {
    const hje::Lock lock(self->finished_mutex_);
    finished.swap(self->finished_);
    self->signalled_ = false;
  }
  if (env == nullptr) return;
  for (const Promise& promise : finished) {
    const Napi::HandleScope scope(env);
    promise->Resolve(Napi::Env(env).Undefined());
  }
  self->expected_ -= finished.size();
  if (self->expected_ == 0) napi_unref_threadsafe_function(env, self->function_);
}

}  // namespace bench
