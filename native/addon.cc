// The export table: what lib/wmi/addon.ts declares. Turns JS values into plain data; knows no COM.
#include <napi.h>

#include "env_state.h"

namespace hje {
namespace {

// An environment that is being terminated gives empty values; reading one would end the process.
std::u16string Text(const Napi::Value& value) {
  return value.IsString() ? value.As<Napi::String>().Utf16Value() : std::u16string();
}

uint32_t Count(const Napi::Value& value) {
  return value.IsNumber() ? value.As<Napi::Number>().Uint32Value() : 0;
}

std::optional<std::u16string> OptionalText(const Napi::Value& value) {
  if (!value.IsString()) return std::nullopt;
  return Text(value);
}

// The TypeScript layer has checked the value: a bigint fits one of the 64-bit types, an array holds scalars.
Value FromJs(const Napi::Value& value) {
  if (value.IsBoolean()) return Value{value.As<Napi::Boolean>().Value()};
  if (value.IsNumber()) return Value{value.As<Napi::Number>().DoubleValue()};
  if (value.IsString()) return Value{Text(value)};
  if (value.IsBigInt()) {
    bool lossless = false;
    const int64_t number = value.As<Napi::BigInt>().Int64Value(&lossless);
    if (lossless) return Value{number};
    return Value{value.As<Napi::BigInt>().Uint64Value(&lossless)};
  }
  if (value.IsArray()) {
    const auto array = value.As<Napi::Array>();
    Value::Array items;
    items.reserve(array.Length());
    for (uint32_t i = 0; i < array.Length(); ++i) items.push_back(FromJs(array.Get(i)));
    return Value{std::move(items)};
  }
  return Value{};
}

// Straight into the memory that will be overwritten, without a copy on the way.
std::unique_ptr<Secret> ReadSecret(const Napi::Value& value) {
  size_t length = 0;
  if (!value.IsString() || napi_get_value_string_utf16(value.Env(), value, nullptr, 0, &length) != napi_ok) {
    return nullptr;
  }
  auto secret = std::make_unique<Secret>(length);
  napi_get_value_string_utf16(value.Env(), value, secret->data(), length + 1, &length);
  return secret;
}

std::shared_ptr<const ConnectionSettings> ReadSettings(const Napi::Object& given) {
  auto settings = std::make_shared<ConnectionSettings>();
  settings->host = OptionalText(given.Get("host"));
  settings->name_space = Text(given.Get("namespace"));
  settings->user = OptionalText(given.Get("user"));
  settings->password = ReadSecret(given.Get("password"));
  settings->authority = OptionalText(given.Get("authority"));
  settings->locale = OptionalText(given.Get("locale"));
  return settings;
}

// No exception of C++ reaches N-API: a lack of memory becomes one of JavaScript.
template <typename Work>
Napi::Value WithoutExceptions(Napi::Env env, const Work& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    Napi::Error::New(env, "out of memory").ThrowAsJavaScriptException();
    return env.Undefined();
  }
}

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value Guarded(const Napi::CallbackInfo& info) {
  return WithoutExceptions(info.Env(), [&] { return function(info); });
}

class Session final : public Napi::ObjectWrap<Session> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "NativeSession",
                       {
                           InstanceMethod("connect", &Session::Guarded<&Session::Connect>),
                           InstanceMethod("execMethod", &Session::Guarded<&Session::ExecMethod>),
                           InstanceMethod("getObject", &Session::Guarded<&Session::GetObject>),
                           InstanceMethod("query", &Session::Guarded<&Session::Query>),
                           InstanceMethod("subscribe", &Session::Guarded<&Session::Subscribe>),
                           InstanceMethod("nextEvents", &Session::Guarded<&Session::NextEvents>),
                           InstanceMethod("abandon", &Session::Guarded<&Session::Abandon>),
                           InstanceMethod("close", &Session::Guarded<&Session::Close>),
                           InstanceMethod("stats", &Session::Guarded<&Session::Stats>),
                       });
  }

  explicit Session(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Session>(info), state_(*info.Env().GetInstanceData<EnvState>()) {
    WithoutExceptions(info.Env(), [&] {
      const auto given = info[0].As<Napi::Object>();
      const Napi::Value parent = given.Get("parent");
      settings_ = parent.IsObject() ? Unwrap(parent.As<Napi::Object>())->settings_ : ReadSettings(given);
      WorkerLimits limits;
      limits.max_workers = Count(given.Get("maxWorkers"));
      limits.max_queued = Count(given.Get("maxQueued"));
      workers_ = state_.CreateWorkers(settings_, limits);
      return info.Env().Undefined();
    });
  }

  ~Session() override {
    if (workers_ != nullptr) workers_->Stop();
  }

 private:
  template <Napi::Value (Session::*method)(const Napi::CallbackInfo&)>
  Napi::Value Guarded(const Napi::CallbackInfo& info) {
    return WithoutExceptions(info.Env(), [&] { return (this->*method)(info); });
  }

  Napi::Value Connect(const Napi::CallbackInfo& info) { return Submit(info, ConnectRequest{}); }

  Napi::Value ExecMethod(const Napi::CallbackInfo& info) {
    ExecMethodRequest request;
    request.path = Text(info[1]);
    request.class_name = OptionalText(info[2]);
    request.method = Text(info[3]);
    if (info[4].IsArray()) {
      const auto pairs = info[4].As<Napi::Array>();
      for (uint32_t i = 0; i + 1 < pairs.Length(); i += 2) {
        request.in_params.emplace_back(Text(pairs.Get(i)), FromJs(pairs.Get(i + 1)));
      }
    }
    if (info[5].IsArray()) {
      const auto names = info[5].As<Napi::Array>();
      request.out_names.emplace();
      for (uint32_t i = 0; i < names.Length(); ++i) request.out_names->push_back(Text(names.Get(i)));
    }
    return Submit(info, std::move(request));
  }

  Napi::Value GetObject(const Napi::CallbackInfo& info) {
    return Submit(info, GetObjectRequest{Text(info[1])});
  }

  Napi::Value Query(const Napi::CallbackInfo& info) { return Submit(info, QueryRequest{Text(info[1])}); }

  Napi::Value Subscribe(const Napi::CallbackInfo& info) {
    return Submit(info, SubscribeRequest{Text(info[1])});
  }

  Napi::Value NextEvents(const Napi::CallbackInfo& info) { return Submit(info, NextEventsRequest{}); }

  Napi::Value Abandon(const Napi::CallbackInfo& info) {
    const double ticket = info[0].As<Napi::Number>().DoubleValue();
    if (auto call = state_.settler().Forget(ticket)) workers_->Abandon(call);
    return info.Env().Undefined();
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    workers_->Stop();
    settings_.reset();
    return info.Env().Undefined();
  }

  Napi::Value Stats(const Napi::CallbackInfo& info) {
    const WorkerStats stats = workers_->Stats();
    Napi::Object result = Napi::Object::New(info.Env());
    const auto set = [&](const char* name, uint64_t value) {
      result.Set(name, Napi::Number::New(info.Env(), static_cast<double>(value)));
    };
    set("workers", stats.workers);
    set("stuckWorkers", stats.stuck);
    set("idleWorkers", stats.idle);
    set("queued", stats.queued);
    set("inFlight", stats.in_flight);
    set("oldestAbandonedMs", stats.oldest_abandoned_ms);
    return result;
  }

  Napi::Value Submit(const Napi::CallbackInfo& info, Request request) {
    auto call = std::make_shared<Call>();
    call->ticket = info[0].As<Napi::Number>().DoubleValue();
    call->request = std::move(request);
    // Expected first: from its submission on the call must be settled.
    state_.settler().Expect(call);
    const SubmitStatus status = workers_->Submit(call);
    if (status != SubmitStatus::kAccepted) state_.settler().Forget(call->ticket);
    return Napi::Number::New(info.Env(), static_cast<int>(status));
  }

  EnvState& state_;
  std::shared_ptr<const ConnectionSettings> settings_;
  std::shared_ptr<ComWorkers> workers_;
};

Settler& SettlerOf(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<EnvState>()->settler();
}

Napi::Value OnSettle(const Napi::CallbackInfo& info) {
  SettlerOf(info).OnSettle(info[0].As<Napi::Function>(), info[1].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value SettleMore(const Napi::CallbackInfo& info) {
  SettlerOf(info).SettleMore(info.Env());
  return info.Env().Undefined();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto state = std::make_unique<EnvState>(env);
  if (env.IsExceptionPending()) return exports;
  env.SetInstanceData(state.release());
  exports.Set("Session", Session::Define(env));
  exports.Set("onSettle", Napi::Function::New<Guarded<OnSettle>>(env, "onSettle"));
  exports.Set("settleMore", Napi::Function::New<Guarded<SettleMore>>(env, "settleMore"));
  return exports;
}

NODE_API_MODULE(hyperv_job_errors, Init)

}  // namespace
}  // namespace hje
