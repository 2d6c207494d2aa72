#include "js/session.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "js/arguments.h"
#include "js/env_state.h"
#include "js/guard.h"

namespace hje {
namespace {

// Tells our objects from any other that wraps something.
constexpr napi_type_tag kSessionTag = {0x6b7f2c51a9d84e03, 0x9c30e7d25f41b86a};

// JS thread only.
class Session {
 public:
  Session(const EnvState& state, std::shared_ptr<const ConnectionSettings> settings, LaneLimits limits)
      : settler_(state.settler()),
        settings_(settings),
        pool_(state.pool()),
        lane_(pool_->Open(std::move(settings), limits, settler_)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { Stop(); }

  // Borrowed from the object.
  static Session* Of(const Napi::Value& value) {
    bool is_session = false;
    void* session = nullptr;
    if (value.IsObject() &&
        napi_check_object_type_tag(value.Env(), value, &kSessionTag, &is_session) == napi_ok && is_session) {
      CheckNapi(napi_unwrap(value.Env(), value, &session));
    }
    if (session == nullptr) throw BadArgument{"expected a session of this addon"};
    return static_cast<Session*>(session);
  }

  static napi_value New(napi_env env, napi_callback_info raw) noexcept {
    return Guarded(env, [&]() -> napi_value {
      const Napi::CallbackInfo info(env, raw);
      if (!info.IsConstructCall()) throw BadArgument{"Session is a class: call it with new"};
      const Napi::Object given = ReadObject(info[0], "settings");
      const Napi::Value parent = Get(given, "parent");
      LaneLimits limits;
      limits.max_workers = ReadCount(Get(given, "maxWorkers"), "maxWorkers");
      limits.max_queued = ReadCount(Get(given, "maxQueued"), "maxQueued");
      if (limits.max_workers > kMaxWorkers) throw BadArgument{"expected at most 1024 for `maxWorkers`"};
      auto settings = parent.IsUndefined() ? ReadSettings(given) : Of(parent)->settings_;
      auto session = std::make_unique<Session>(EnvState::Of(env), std::move(settings), limits);
      const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Session*>(data); };
      CheckNapi(napi_wrap(env, info.This(), session.get(), finalize, nullptr, nullptr));
      session.release();  // NOLINT(bugprone-unused-return-value): the object's now
      CheckNapi(napi_type_tag_object(env, info.This(), &kSessionTag));
      return info.This();
    });
  }

  Napi::Value Connect(const Napi::CallbackInfo& info) {
    return Submit(info, {}, false, [&](auto call) { return pool_->Connect(lane_, std::move(call)); });
  }

  Napi::Value ExecMethod(const Napi::CallbackInfo& info) {
    ExecMethodRequest request;
    request.path = ReadText(info[1], "path");
    request.class_name = ReadOptionalText(info[2], "className");
    request.in_params = ReadPairs(info[4], "inParams");
    if (!request.class_name && !request.in_params.empty()) {
      throw BadArgument{"expected null for `inParams` without `className`"};
    }
    request.method = ShapeOf(info[3], info[5]);
    return Submit(info, std::move(request));
  }

  Napi::Value GetObject(const Napi::CallbackInfo& info) {
    return Submit(info, GetObjectRequest{ReadText(info[1], "path")});
  }

  Napi::Value Query(const Napi::CallbackInfo& info) {
    return Submit(info, QueryRequest{ReadText(info[1], "wql")});
  }

  Napi::Value Subscribe(const Napi::CallbackInfo& info) {
    return Submit(info, SubscribeRequest{ReadText(info[1], "wql")});
  }

  Napi::Value NextEvents(const Napi::CallbackInfo& info) {
    return Submit(info, NextEventsRequest{}, true,
                  [&](auto call) { return pool_->Listen(lane_, std::move(call)); });
  }

  Napi::Value Abandon(const Napi::CallbackInfo& info) {
    const double ticket = ReadTicket(info[0]);
    const std::shared_ptr<Call> call = settler_->Find(ticket);
    bool is_executing = false;
    if (call != nullptr && call->session == this) {
      is_executing = pool_->Abandon(*lane_, call);
      if (is_executing) {
        settler_->Release(*call);
      } else {
        settler_->Forget(ticket);
      }
    }
    return Napi::Boolean::New(info.Env(), is_executing);
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    Stop();
    settings_.reset();
    return info.Env().Undefined();
  }

  Napi::Value Stats(const Napi::CallbackInfo& info) {
    const LaneStats stats = pool_->Stats(*lane_);
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

 private:
  // That of the last call, mostly: a watch asks for the same thing of one job after the other.
  std::shared_ptr<const MethodShape> ShapeOf(const Napi::Value& method, const Napi::Value& out_names) {
    if (shape_ != nullptr && IsTheSame(out_names, out_names_) && Equals(method, shape_->name)) return shape_;
    auto shape = std::make_shared<MethodShape>();
    shape->name = ReadText(method, "method");
    shape->out_names = ReadNames(out_names, "outNames");
    if (shape->out_names) {
      shape_ = nullptr;
      out_names_ = Napi::Persistent(out_names.As<Napi::Array>());
      shape_ = shape;
    }
    return shape;
  }

  static bool IsTheSame(const Napi::Value& value, const Napi::Reference<Napi::Array>& kept) {
    napi_value other = nullptr;
    bool is_same = false;
    CheckNapi(napi_get_reference_value(value.Env(), kept, &other));
    CheckNapi(napi_strict_equals(value.Env(), value, other, &is_same));
    return is_same;
  }

  // Far above what any host can use; memory for so many is taken at once.
  static constexpr uint32_t kMaxWorkers = 1'024;

  Napi::Value Submit(const Napi::CallbackInfo& info, Request request) {
    return Submit(info, std::move(request), true,
                  [&](auto call) { return pool_->Submit(lane_, std::move(call)); });
  }

  template <typename Give>
  Napi::Value Submit(const Napi::CallbackInfo& info, Request request, bool keeps_alive, const Give& give) {
    auto call = std::make_shared<Call>();
    call->ticket = ReadTicket(info[0]);
    call->session = this;
    call->request = std::move(request);
    call->keeps_alive = keeps_alive;
    if (!settler_->IsReady()) throw BadArgument{"onSettle has to be called before the first call"};
    // Expected first: from its submission on the call must be settled. Whatever fails before, keeps nothing.
    if (!settler_->Expect(call)) throw BadArgument{"expected another `ticket`: this one is in use"};
    auto status = SubmitStatus::kQueueFull;
    try {
      status = give(call);
    } catch (...) {
      settler_->Forget(call->ticket);
      throw;
    }
    if (status != SubmitStatus::kAccepted) settler_->Forget(call->ticket);
    return Napi::Number::New(info.Env(), static_cast<int>(status));
  }

  void Stop() noexcept {
    pool_->Close(lane_);
    settler_->ForgetAllOf(this);
  }

  const std::shared_ptr<Settler> settler_;
  std::shared_ptr<const ConnectionSettings> settings_;  // null once closed
  const std::shared_ptr<CallPool> pool_;
  const std::shared_ptr<Lane> lane_;
  std::shared_ptr<const MethodShape> shape_;  // one with names, or null
  Napi::Reference<Napi::Array> out_names_;    // what they were read from
};

template <Napi::Value (Session::*method)(const Napi::CallbackInfo&)>
napi_value Method(napi_env env, napi_callback_info raw) noexcept {
  return Guarded(env, [&]() -> napi_value {
    const Napi::CallbackInfo info(env, raw);
    return (Session::Of(info.This())->*method)(info);
  });
}

constexpr napi_property_descriptor Describe(const char* name, napi_callback method) {
  return {name, nullptr, method, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

}  // namespace

napi_value DefineSession(napi_env env) {
  constexpr napi_property_descriptor kMethods[] = {
      Describe("connect", Method<&Session::Connect>),
      Describe("execMethod", Method<&Session::ExecMethod>),
      Describe("getObject", Method<&Session::GetObject>),
      Describe("query", Method<&Session::Query>),
      Describe("subscribe", Method<&Session::Subscribe>),
      Describe("nextEvents", Method<&Session::NextEvents>),
      Describe("abandon", Method<&Session::Abandon>),
      Describe("close", Method<&Session::Close>),
      Describe("stats", Method<&Session::Stats>),
  };
  napi_value defined = nullptr;
  CheckNapi(napi_define_class(env, "NativeSession", NAPI_AUTO_LENGTH, &Session::New, nullptr,
                              std::size(kMethods), kMethods, &defined));
  return defined;
}

}  // namespace hje
