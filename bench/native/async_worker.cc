#include "async_worker.h"

#include <utility>

#include "com_caller.h"

namespace bench {
namespace {

// One connection for each thread of the pool, made by its first call and never released: the threads of the
// pool live as long as the process. The cheapest that an AsyncWorker can do.
ComCaller& CallerOfThread() {
  thread_local ComCaller* caller = new ComCaller();
  return *caller;
}

Napi::Value ToJs(Napi::Env env, const Texts& texts) {
  if (!texts) return env.Null();
  Napi::Array array = Napi::Array::New(env, texts->size());
  uint32_t at = 0;
  for (const auto& text : *texts) {
    array.Set(at++, text ? Napi::Value(Napi::String::New(env, *text)) : env.Null());
  }
  return array;
}

class Worker final : public Napi::AsyncWorker {
 public:
  Worker(Napi::Env env, std::u16string path)
      : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), path_(std::move(path)) {}

  Napi::Value Promise() const { return promise_.Promise(); }

 protected:
  // Pool thread; an exception becomes OnError.
  void Execute() override { texts_ = CallerOfThread().GetErrorEx(path_); }
  void OnOK() override { promise_.Resolve(ToJs(Env(), texts_)); }
  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  const Napi::Promise::Deferred promise_;
  const std::u16string path_;
  Texts texts_;
};

}  // namespace

Napi::Value CallInAsyncWorker(Napi::Env env, std::u16string path) {
  auto* worker = new Worker(env, std::move(path));  // deletes itself when it is done
  worker->Queue();
  return worker->Promise();
}

}  // namespace bench
