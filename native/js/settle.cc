#include "js/settle.h"

#include "js/guard.h"
#include "js/results.h"

namespace hje {
namespace {

// How long one turn of the event loop may be taken up, and how often the clock is looked at meanwhile.
constexpr std::chrono::milliseconds kSlice{5};
constexpr uint32_t kObjectsPerLook = 16;

}  // namespace

void Settler::Start(const std::shared_ptr<Settler>& self) {
  napi_value name = nullptr;
  CheckNapi(napi_create_string_utf8(self->env_, "hyperv-job-errors", NAPI_AUTO_LENGTH, &name));
  // The function holds a reference of its own until it is finalized, so that CallJs never outlives its
  // context.
  auto owner = std::make_unique<std::shared_ptr<Settler>>(self);
  const auto finalize = [](napi_env, void* data, void*) {
    delete static_cast<std::shared_ptr<Settler>*>(data);
  };
  napi_threadsafe_function function = nullptr;
  CheckNapi(napi_create_threadsafe_function(self->env_, nullptr, nullptr, name, 0, 1, owner.get(), finalize,
                                            self.get(), &Settler::CallJs, &function));
  owner.release();  // NOLINT(bugprone-unused-return-value): the function's now
  napi_unref_threadsafe_function(self->env_, function);
  const Lock lock(self->mutex_);
  self->function_ = function;
}

void Settler::OnSettle(Napi::Function settle, Napi::Function later) {
  settle_ = Napi::Persistent(settle);
  later_ = Napi::Persistent(later);
}

bool Settler::Expect(const std::shared_ptr<Call>& call) {
  if (!expected_.emplace(call->ticket, call).second) return false;
  if (call->keeps_alive && kept_alive_for_++ == 0) {
    const Lock lock(mutex_);
    if (function_ != nullptr) napi_ref_threadsafe_function(env_, function_);
  }
  return true;
}

std::shared_ptr<Call> Settler::Find(double ticket) const {
  const auto found = expected_.find(ticket);
  return found == expected_.end() ? nullptr : found->second;
}

void Settler::Forget(double ticket) noexcept {
  const auto found = expected_.find(ticket);
  if (found == expected_.end()) return;
  Release(*found->second);
  expected_.erase(found);
}

void Settler::ForgetAllOf(const void* session) noexcept {
  for (auto entry = expected_.begin(); entry != expected_.end();) {
    if (entry->second->session != session) {
      ++entry;
      continue;
    }
    Release(*entry->second);
    entry = expected_.erase(entry);
  }
}

void Settler::Release(Call& call) noexcept {
  if (!call.keeps_alive) return;
  call.keeps_alive = false;
  if (--kept_alive_for_ > 0) return;
  const Lock lock(mutex_);
  if (function_ != nullptr) napi_unref_threadsafe_function(env_, function_);
}

void Settler::Deliver(std::shared_ptr<Call> call) noexcept {
  const Lock lock(mutex_);
  if (function_ == nullptr) return;
  try {
    finished_.push_back(std::move(call));
  } catch (...) {
    return;  // the caller's deadline settles the call
  }
  Wake();
}

// One wake-up settles all that has finished by then.
void Settler::Wake() noexcept {
  if (signalled_ || function_ == nullptr) return;
  signalled_ = napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

void Settler::Abort() {
  for (const auto& entry : expected_) entry.second->keeps_alive = false;
  expected_.clear();
  kept_alive_for_ = 0;
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
  } catch (...) {  // NOLINT(bugprone-empty-catch)
    // For want of memory. The next call to finish settles what is left, or the callers' deadlines do.
  }
}

void Settler::SettleMore(Napi::Env env) {
  continued_ = false;
  SettleReady(env);
}

void Settler::SettleReady(Napi::Env env) {
  const Clock::time_point until = Clock::now() + kSlice;
  // Empty when the environment is going.
  while (!ready_.empty() && !settle_.IsEmpty()) {
    const Napi::HandleScope scope(env);
    const std::shared_ptr<Call> call = ready_.front();
    // Not when it was forgotten between its end and now. The ticket may be another call's by then.
    const bool is_expected = Find(call->ticket) == call;
    Napi::Value failure = env.Null();
    Napi::Value result = env.Undefined();
    if (is_expected && call->failure) {
      failure = FailureToJs(env, *call->failure);
    } else if (is_expected && !call->abandoned) {
      if (const auto* objects = std::get_if<std::vector<CimObject>>(&call->result)) {
        if (!Convert(env, *objects, until)) break;
        result = partial_.Value();
      } else {
        result = ResultToJs(env, call->result);
      }
    }
    partial_.Reset();
    ready_.pop_front();
    if (is_expected && !Settle(env, call, failure, result)) return;
    if (Clock::now() >= until) break;
  }
  if (ready_.empty() || later_.IsEmpty() || continued_) return;
  // Not by the thread-safe function: what is queued from here would be called in this same turn.
  later_.Call({});
  continued_ = !Report(env);
  if (continued_) return;
  const Lock lock(mutex_);
  Wake();
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
    if (!array.Set(converted_, ObjectToJs(env, objects[converted_]))) break;  // the environment is going
    ++converted_;
  }
  return true;
}

bool Settler::Settle(Napi::Env env, const std::shared_ptr<Call>& call, Napi::Value failure,
                     Napi::Value result) {
  Forget(call->ticket);
  const Napi::Value returned = settle_.Call({Napi::Number::New(env, call->ticket), failure, result});
  return Report(env) || !returned.IsEmpty();
}

// The TypeScript side only resolves, rejects and schedules: an exception is a defect of ours, or of whoever
// uses the addon itself.
bool Settler::Report(Napi::Env env) {
  if (!env.IsExceptionPending()) return false;
  napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  return true;
}

}  // namespace hje
