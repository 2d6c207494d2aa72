// The export table: what lib/native/types.ts declares. Turns JS values into plain data; knows no COM.
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

std::shared_ptr<const ConnectionSettings> ReadSettings(const Napi::Object& given) {
  auto settings = std::make_shared<ConnectionSettings>();
  settings->host = OptionalText(given.Get("host"));
  settings->name_space = Text(given.Get("namespace"));
  settings->user = OptionalText(given.Get("user"));
  if (auto password = OptionalText(given.Get("password"))) {
    settings->password = std::make_unique<Secret>(std::move(*password));
  }
  settings->authority = OptionalText(given.Get("authority"));
  settings->locale = OptionalText(given.Get("locale"));
  return settings;
}

class Session final : public Napi::ObjectWrap<Session> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "NativeSession",
                       {
                           InstanceMethod("connect", &Session::Connect),
                           InstanceMethod("execMethod", &Session::ExecMethod),
                           InstanceMethod("getObject", &Session::GetObject),
                           InstanceMethod("query", &Session::Query),
                           InstanceMethod("subscribe", &Session::Subscribe),
                           InstanceMethod("nextEvents", &Session::NextEvents),
                           InstanceMethod("abandon", &Session::Abandon),
                           InstanceMethod("close", &Session::Close),
                           InstanceMethod("stats", &Session::Stats),
                       });
  }

  explicit Session(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Session>(info), state_(*info.Env().GetInstanceData<EnvState>()) {
    const auto given = info[0].As<Napi::Object>();
    const Napi::Value parent = given.Get("parent");
    settings_ = parent.IsObject() ? Unwrap(parent.As<Napi::Object>())->settings_ : ReadSettings(given);
    WorkerLimits limits;
    limits.max_workers = Count(given.Get("maxWorkers"));
    limits.max_queued = Count(given.Get("maxQueued"));
    workers_ = state_.CreateWorkers(settings_, limits);
  }

  ~Session() override {
    if (workers_ != nullptr) workers_->Stop();
  }

 private:
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

  void Abandon(const Napi::CallbackInfo& info) {
    const double ticket = info[0].As<Napi::Number>().DoubleValue();
    if (auto call = state_.settler().Forget(ticket)) workers_->Abandon(call);
  }

  void Close(const Napi::CallbackInfo&) {
    workers_->Stop();
    settings_.reset();
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
    const SubmitStatus status = workers_->Submit(call);
    if (status == SubmitStatus::kAccepted) state_.settler().Expect(std::move(call));
    return Napi::Number::New(info.Env(), static_cast<int>(status));
  }

  EnvState& state_;
  std::shared_ptr<const ConnectionSettings> settings_;
  std::shared_ptr<ComWorkers> workers_;
};

void OnSettle(const Napi::CallbackInfo& info) {
  info.Env().GetInstanceData<EnvState>()->settler().OnSettle(info[0].As<Napi::Function>());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto state = std::make_unique<EnvState>(env);
  if (env.IsExceptionPending()) return exports;
  env.SetInstanceData(state.release());
  exports.Set("Session", Session::Define(env));
  exports.Set("onSettle", Napi::Function::New(env, OnSettle, "onSettle"));
  return exports;
}

NODE_API_MODULE(hyperv_job_errors, Init)

}  // namespace
}  // namespace hje
