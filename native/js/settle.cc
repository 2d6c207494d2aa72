#include "js/settle.h"

#include "js/guard.h"
#include "js/results.h"

namespace hje {
namespace {

// How long one turn of the event loop may be taken up.
constexpr std::chrono::milliseconds kSlice{5};

// As many calls as are likely to be under way at a time.
constexpr size_t kSpare = 64;

}  // namespace

void Settler::Start(const std::shared_ptr<Settler>& self) {
  self->spare_.reserve(kSpare);
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
  if (spare_.empty()) {
    if (!expected_.emplace(call->ticket, call).second) return false;
  } else {
    if (expected_.count(call->ticket) > 0) return false;
    Expected::node_type node = std::move(spare_.back());
    spare_.pop_back();
    node.key() = call->ticket;
    node.mapped() = call;
    expected_.insert(std::move(node));
  }
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
  if (spare_.size() == spare_.capacity()) {
    expected_.erase(found);
    return;
  }
  spare_.push_back(expected_.extract(found));
  spare_.back().mapped().reset();
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
  spare_.clear();
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

void Settler::SettleMore(napi_env env) {
  continued_ = false;
  SettleReady(env);
}

void Settler::SettleReady(napi_env env) {
  const Clock::time_point until = Clock::now() + kSlice;
  // Empty when the environment is going.
  while (!ready_.empty() && !settle_.IsEmpty()) {
    const Napi::HandleScope scope(env);
    const std::shared_ptr<Call> call = ready_.front();
    // Not when it was forgotten between its end and now. The ticket may be another call's by then.
    const bool is_expected = Find(call->ticket) == call;
    JsOutcome outcome;
    if (is_expected && !Convert(env, *call, until, &outcome)) break;
    partial_.Reset();
    ready_.pop_front();
    if (outcome.is_lost) Forget(call->ticket);
    if (is_expected && !outcome.is_lost && !Settle(env, call->ticket, outcome)) return;
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

bool Settler::Convert(napi_env env, Call& call, Clock::time_point until, JsOutcome* outcome) noexcept {
  try {
    CheckNapi(napi_get_null(env, &outcome->failure));
    CheckNapi(napi_get_undefined(env, &outcome->result));
    if (call.failure) {
      outcome->failure = FailureToJs(env, *call.failure);
    } else if (call.abandoned) {
      return true;
    } else if (const LongList list = FindLongList(&call.result); list.items != nullptr) {
      if (!ConvertItems(env, list, until)) return false;
      outcome->result = ResultToJs(env, call.result, {list.items, partial_.Value()});
    } else {
      outcome->result = ResultToJs(env, call.result);
    }
    return true;
  } catch (...) {
    napi_value exception = nullptr;
    napi_get_and_clear_last_exception(env, &exception);
  }
  // A text that JavaScript has no room for, say. What cannot even be reported is left to the caller's
  // deadline.
  outcome->is_lost = call.failure.has_value();
  if (outcome->is_lost) return true;
  call.result = {};
  call.failure.emplace(kOutOfMemory, "Node-API");  // short enough not to allocate
  return Convert(env, call, until, outcome);
}

bool Settler::ConvertItems(napi_env env, const LongList& list, Clock::time_point until) {
  if (partial_.IsEmpty()) {
    napi_value array = nullptr;
    CheckNapi(napi_create_array_with_length(env, list.size, &array));
    partial_ = Napi::Persistent(Napi::Array(env, array));
    converted_ = 0;
  }
  const napi_value array = partial_.Value();
  while (converted_ < list.size) {
    // At least one in each turn.
    const Napi::HandleScope scope(env);
    CheckNapi(napi_set_element(env, array, converted_, list.take(env, list.items, converted_)));
    ++converted_;
    if (converted_ < list.size && Clock::now() >= until) return false;
  }
  return true;
}

// False when the environment is going and nothing more can be settled.
bool Settler::Settle(napi_env env, double ticket, const JsOutcome& outcome) {
  Forget(ticket);
  napi_value undefined = nullptr;
  napi_value arguments[] = {nullptr, outcome.failure, outcome.result};
  napi_value returned = nullptr;
  const bool called = napi_get_undefined(env, &undefined) == napi_ok &&
                      napi_create_double(env, ticket, &arguments[0]) == napi_ok &&
                      napi_call_function(env, undefined, settle_.Value(), std::size(arguments), arguments,
                                         &returned) == napi_ok;
  return called || Report(env);
}

// The TypeScript side only resolves, rejects and schedules: an exception is a defect of ours, or of whoever
// uses the addon itself.
bool Settler::Report(Napi::Env env) {
  if (!env.IsExceptionPending()) return false;
  napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  return true;
}

}  // namespace hje
