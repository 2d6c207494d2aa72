#include "settle.h"

namespace hje {
namespace {

// How long one turn of the event loop may be taken up, and how often the clock is looked at meanwhile.
constexpr std::chrono::milliseconds kSlice{5};
constexpr uint32_t kObjectsPerLook = 16;

Napi::Value ToJs(Napi::Env env, const Value& value);

Napi::String ToJs(Napi::Env env, const std::u16string& text) { return Napi::String::New(env, text); }

Napi::Value ToJs(Napi::Env env, const std::optional<std::u16string>& text) {
  return text ? Napi::Value(ToJs(env, *text)) : env.Null();
}

// Flat triples: name, CIMTYPE, value.
Napi::Array ToJs(Napi::Env env, const CimProperties& properties) {
  Napi::Array array = Napi::Array::New(env, properties.size() * 3);
  uint32_t at = 0;
  for (const CimProperty& property : properties) {
    array.Set(at++, ToJs(env, property.name));
    array.Set(at++, Napi::Number::New(env, property.type));
    array.Set(at++, ToJs(env, property.value));
  }
  return array;
}

Napi::Object ToJs(Napi::Env env, const CimObject& object) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("path", ToJs(env, object.path));
  result.Set("className", ToJs(env, object.class_name));
  result.Set("properties", ToJs(env, object.properties));
  return result;
}

template <typename Item>
Napi::Array ToJsArray(Napi::Env env, const std::vector<Item>& items) {
  Napi::Array array = Napi::Array::New(env, items.size());
  uint32_t at = 0;
  for (const Item& item : items) {
    const Napi::HandleScope scope(env);
    if (!array.Set(at++, ToJs(env, item))) break;  // the environment is going
  }
  return array;
}

struct ValueToJs {
  Napi::Env env;
  Napi::Value operator()(std::monostate) const { return env.Null(); }
  Napi::Value operator()(bool flag) const { return Napi::Boolean::New(env, flag); }
  Napi::Value operator()(double number) const { return Napi::Number::New(env, number); }
  Napi::Value operator()(int64_t number) const { return Napi::BigInt::New(env, number); }
  Napi::Value operator()(uint64_t number) const { return Napi::BigInt::New(env, number); }
  Napi::Value operator()(const std::u16string& text) const { return ToJs(env, text); }
  Napi::Value operator()(const Value::Array& items) const { return ToJsArray(env, items); }
  Napi::Value operator()(const Value::Object& object) const { return ToJs(env, *object); }
};

Napi::Value ToJs(Napi::Env env, const Value& value) { return std::visit(ValueToJs{env}, value.data); }

struct ResultToJs {
  Napi::Env env;
  Napi::Value operator()(std::monostate) const { return env.Undefined(); }
  Napi::Value operator()(const CimProperties& properties) const { return ToJs(env, properties); }
  Napi::Value operator()(const CimObject& object) const { return ToJs(env, object); }
  // Converted in slices, see Settler::Convert.
  Napi::Value operator()(const std::vector<CimObject>&) const { return env.Undefined(); }
};

const char* KindName(FailureKind kind) {
  switch (kind) {
    case FailureKind::kArgument:
      return "argument";
    case FailureKind::kProtocol:
      return "protocol";
    default:
      return "wbem";
  }
}

Napi::Object ToJs(Napi::Env env, const Failure& failure) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("kind", KindName(failure.kind));
  result.Set("hresult", Napi::Number::New(env, failure.hresult));
  result.Set("operation", failure.operation);
  result.Set("message", ToJs(env, failure.message));
  result.Set("description", ToJs(env, failure.description));
  result.Set("extendedOperation", ToJs(env, failure.extended_operation));
  result.Set("parameterInfo", ToJs(env, failure.parameter_info));
  result.Set("providerName", ToJs(env, failure.provider_name));
  return result;
}

}  // namespace

Settler::Settler(Napi::Env env) : env_(env) {}

void Settler::Start(const std::shared_ptr<Settler>& self) {
  const Napi::Env env(self->env_);
  // The function holds a reference of its own until it is finalized, so that CallJs never outlives its
  // context.
  auto* owner = new std::shared_ptr<Settler>(self);
  const auto finalize = [](napi_env, void* data, void*) {
    delete static_cast<std::shared_ptr<Settler>*>(data);
  };
  napi_threadsafe_function function = nullptr;
  const napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "hyperv-job-errors"), 0,
                                      1, owner, finalize, self.get(), &Settler::CallJs, &function);
  if (status != napi_ok) {
    delete owner;
    Napi::Error::New(env).ThrowAsJavaScriptException();
    return;
  }
  napi_unref_threadsafe_function(env, function);
  const Lock lock(self->mutex_);
  self->function_ = function;
}

void Settler::Expect(std::shared_ptr<Call> call) {
  if (expected_.empty()) {
    const Lock lock(mutex_);
    if (function_ != nullptr) napi_ref_threadsafe_function(env_, function_);
  }
  expected_.emplace(call->ticket, std::move(call));
}

std::shared_ptr<Call> Settler::Forget(double ticket) {
  const auto found = expected_.find(ticket);
  if (found == expected_.end()) return nullptr;
  std::shared_ptr<Call> call = std::move(found->second);
  expected_.erase(found);
  if (expected_.empty()) {
    const Lock lock(mutex_);
    if (function_ != nullptr) napi_unref_threadsafe_function(env_, function_);
  }
  return call;
}

void Settler::Deliver(std::shared_ptr<Call> call) {
  const Lock lock(mutex_);
  if (function_ == nullptr) return;
  try {
    finished_.push_back(std::move(call));
  } catch (const std::bad_alloc&) {
    return;  // the caller's deadline settles the call
  }
  // One wake-up settles all that has finished by then.
  if (signalled_) return;
  signalled_ = napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

void Settler::Abort() {
  expected_.clear();
  ready_.clear();
  settle_.Reset();
  later_.Reset();
  partial_.Reset();
  std::vector<std::shared_ptr<Call>> dropped;  // freed after the lock
  const Lock lock(mutex_);
  dropped.swap(finished_);
  if (function_ == nullptr) return;
  napi_release_threadsafe_function(function_, napi_tsfn_abort);
  function_ = nullptr;
}

// JS thread; `env` is null when the environment is being torn down.
void Settler::CallJs(napi_env env, napi_value, void* context, void*) {
  auto* self = static_cast<Settler*>(context);
  try {
    {
      const Lock lock(self->mutex_);
      self->signalled_ = false;
      self->ready_.insert(self->ready_.end(), self->finished_.begin(), self->finished_.end());
      self->finished_.clear();
    }
    if (env != nullptr && !self->continued_) self->SettleReady(env);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
    // The callers' deadlines settle what is left.
  }
}

void Settler::SettleMore(Napi::Env env) {
  continued_ = false;
  SettleReady(env);
}

void Settler::SettleReady(Napi::Env env) {
  const Clock::time_point until = Clock::now() + kSlice;
  while (!ready_.empty()) {
    const Napi::HandleScope scope(env);
    const std::shared_ptr<Call> call = ready_.front();
    // Not when it was abandoned between its end and now.
    const bool wanted = expected_.find(call->ticket) != expected_.end();
    Napi::Value failure = env.Null();
    Napi::Value result = env.Undefined();
    if (wanted && call->failure) {
      failure = ToJs(env, *call->failure);
    } else if (const auto* objects = std::get_if<std::vector<CimObject>>(&call->result); wanted && objects) {
      if (!Convert(env, *objects, until)) break;
      result = partial_.Value();
    } else if (wanted) {
      result = std::visit(ResultToJs{env}, call->result);
    }
    partial_.Reset();
    ready_.pop_front();
    if (wanted) {
      Forget(call->ticket);
      if (!Settle(env, call->ticket, failure, result)) return;
    }
    if (Clock::now() >= until) break;
  }
  // Not by the thread-safe function: what is queued from here would be called in this same turn.
  if (!ready_.empty()) continued_ = Succeeded(env, later_.Call({}));
}

bool Settler::Convert(Napi::Env env, const std::vector<CimObject>& objects, Clock::time_point until) {
  if (partial_.IsEmpty()) {
    partial_ = Napi::Persistent(Napi::Array::New(env, objects.size()));
    converted_ = 0;
  }
  Napi::Array array = partial_.Value();
  while (converted_ < objects.size()) {
    if (converted_ % kObjectsPerLook == 0 && Clock::now() >= until) return false;
    const Napi::HandleScope scope(env);
    if (!array.Set(converted_, ToJs(env, objects[converted_]))) break;  // the environment is going
    ++converted_;
  }
  return true;
}

bool Settler::Settle(Napi::Env env, double ticket, Napi::Value failure, Napi::Value result) {
  return Succeeded(env, settle_.Call({Napi::Number::New(env, ticket), failure, result}));
}

// The TypeScript side only resolves, rejects and schedules: an exception is a defect of ours.
bool Settler::Succeeded(Napi::Env env, Napi::Value returned) {
  if (!env.IsExceptionPending()) return !returned.IsEmpty();
  napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  return true;
}

}  // namespace hje
