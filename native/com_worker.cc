#include "com_worker.h"

#include <process.h>

#include <algorithm>

#include "exec_method.h"
#include "get_object.h"
#include "query.h"
#include "subscription.h"

namespace hje {
namespace {

// A waiting thread looks at its stop flag this often, should a wake-up be lost.
constexpr DWORD kStopCheckMs = 250;
// While short calls are left to one worker another one looks this often whether a call holds that; a queued
// call that has waited for so long says so.
constexpr DWORD kHeldCheckMs = 10;
constexpr std::chrono::milliseconds kOverdue{1};
// A thread that had nothing to do for so long ends, unless it is the last: somebody has to stay in the
// apartment while the session holds proxies.
constexpr uint64_t kIdleMs = 10'000;
// What it takes to wake a thread, and more. A call into another process should take longer: nobody has
// measured vmms.
constexpr std::chrono::microseconds kWakeUpCost{50};
// The weight of one call in what is typical: 1/8.
constexpr int kTypicalOver = 8;

}  // namespace

ComWorkers::ComWorkers(std::shared_ptr<const ConnectionSettings> settings, WorkerLimits limits,
                       std::shared_ptr<CallSink> sink)
    : limits_(limits), sink_(std::move(sink)), settings_(std::move(settings)) {
  // A worker that takes a call must not need memory for it.
  executing_.reserve(limits.max_workers);
}

SubmitStatus ComWorkers::Submit(std::shared_ptr<Call> call) {
  bool wake;
  {
    const Lock lock(mutex_);
    if (stopped_) return SubmitStatus::kClosed;
    if (stuck_ == limits_.max_workers) return SubmitStatus::kProviderHung;
    if (queue_.size() >= limits_.max_queued) return SubmitStatus::kQueueFull;
    const bool one_is_enough = OneIsEnough();
    // Every worker that is free takes one queued call; a call beyond those needs a new worker.
    const bool free = queue_.size() < idle_ + (lingering_ ? 1 : 0) || (one_is_enough && idle_ > 0);
    if (!free && workers_ < limits_.max_workers && !StartWorker() && workers_ == 0) {
      return SubmitStatus::kQueueFull;  // the system has no thread to give
    }
    // Behind a queued call a worker is awake or being woken, and passes the wake-up on.
    const bool nobody_comes = queue_.empty() && !lingering_ && (idle_ == workers_ || !one_is_enough);
    wake = nobody_comes && idle_ > 0;
    call->submitted_at = Clock::now();
    queue_.push_back(std::move(call));
    wanted_ = true;
  }
  // Outside the lock, for which the worker would have to wait at once.
  if (wake) work_.NotifyOne();
  return SubmitStatus::kAccepted;
}

void ComWorkers::Abandon(const std::shared_ptr<Call>& call) {
  const Lock lock(mutex_);
  call->abandoned = true;
  const auto queued = std::find(queue_.begin(), queue_.end(), call);
  if (queued != queue_.end()) {
    queue_.erase(queued);
    return;
  }
  for (Executing& entry : executing_) {
    if (entry.call != call || entry.abandoned_at != 0) continue;
    entry.abandoned_at = GetTickCount64();
    ++stuck_;
  }
}

WorkerStats ComWorkers::Stats() {
  const Lock lock(mutex_);
  WorkerStats stats;
  stats.workers = workers_;
  stats.stuck = stuck_;
  stats.idle = idle_;
  stats.queued = queue_.size();
  stats.in_flight = executing_.size() - stuck_;
  const uint64_t now = GetTickCount64();
  for (const Executing& entry : executing_) {
    if (entry.abandoned_at == 0) continue;
    stats.oldest_abandoned_ms = (std::max)(stats.oldest_abandoned_ms, now - entry.abandoned_at);
  }
  return stats;
}

void ComWorkers::Stop() {
  std::deque<std::shared_ptr<Call>> dropped;  // freed after the lock
  const Lock lock(mutex_);
  stopped_ = true;
  wanted_ = true;
  settings_.reset();  // the password goes with the last connection that uses it
  dropped.swap(queue_);
  for (const Executing& entry : executing_) entry.call->abandoned = true;
  work_.NotifyAll();
}

void ComWorkers::WaitForExit(DWORD milliseconds) {
  const uint64_t deadline = GetTickCount64() + milliseconds;
  Lock lock(mutex_);
  while (threads_ > executing_.size()) {
    const uint64_t now = GetTickCount64();
    if (now >= deadline) return;
    exited_.WaitFor(lock, static_cast<DWORD>(deadline - now));
  }
}

// Calls that take less than a wake-up are best left to the worker that is awake: more threads would only be
// in each other's way. Another one has to be asleep, and comes if a call holds the first.
bool ComWorkers::OneIsEnough() const { return typical_ < kWakeUpCost; }

bool ComWorkers::StartWorker() {
  // The thread owns a reference of its own, handed over through the heap.
  auto self = std::make_unique<std::shared_ptr<ComWorkers>>(shared_from_this());
  const uintptr_t handle = _beginthreadex(nullptr, 0, &ComWorkers::ThreadMain, self.get(), 0, nullptr);
  if (handle == 0) return false;
  self.release();                                 // NOLINT(bugprone-unused-return-value): the thread's now
  CloseHandle(reinterpret_cast<HANDLE>(handle));  // detached
  ++workers_;
  ++threads_;
  return true;
}

unsigned __stdcall ComWorkers::ThreadMain(void* self) {
  const std::unique_ptr<std::shared_ptr<ComWorkers>> workers(static_cast<std::shared_ptr<ComWorkers>*>(self));
  (*workers)->Work();
  return 0;
}

void ComWorkers::Work() {
  {
    const MtaApartment apartment;
    while (std::shared_ptr<Call> call = TakeCall()) {
      const Clock::time_point started = Clock::now();
      Run(*call, apartment.status());
      Finish(std::move(call), Clock::now() - started);
      Linger();
    }
    // The last worker takes the proxies with it: they are released inside the apartment, outside the lock.
    std::shared_ptr<Connection> last;
    const Lock lock(mutex_);
    if (workers_ == 0) last.swap(connection_);
  }
  const Lock lock(mutex_);
  --threads_;
  exited_.NotifyAll();
}

bool ComWorkers::IsOverdue() const { return Clock::now() - queue_.front()->submitted_at > kOverdue; }

// The next short call comes soon: for a moment the worker looks for it without sleeping, one of them at a
// time. It leaves the processor to whoever needs it, which may be the thread that makes the call.
void ComWorkers::Linger() {
  {
    const Lock lock(mutex_);
    if (wanted_ || lingering_ || !OneIsEnough()) return;
    lingering_ = true;
  }
  const Clock::time_point until = Clock::now() + kWakeUpCost;
  while (!wanted_ && Clock::now() < until) SwitchToThread();
  const Lock lock(mutex_);
  lingering_ = false;
}

std::shared_ptr<Call> ComWorkers::TakeCall() {
  const uint64_t idle_since = GetTickCount64();
  std::shared_ptr<Call> call;
  bool wake_another;
  {
    Lock lock(mutex_);
    ++idle_;
    bool notified = true;
    while (!stopped_ && (queue_.empty() || (!notified && !IsOverdue()))) {
      const bool expendable = queue_.empty() && workers_ > 1 && GetTickCount64() - idle_since >= kIdleMs;
      if (expendable) break;
      // Also while all are idle: nobody wakes the others when one of them takes a call that holds it. And
      // when the wake-up for a queued call may have come between two waits of this thread.
      const bool left_to_one = OneIsEnough() && workers_ > 1;
      notified = work_.WaitFor(lock, left_to_one || !queue_.empty() ? kHeldCheckMs : kStopCheckMs);
    }
    --idle_;
    // Whoever was to take it is held by a call that is not as short as the others.
    if (!notified && !queue_.empty()) typical_ = kLong;
    if (stopped_ || queue_.empty()) {
      --workers_;
      return nullptr;
    }
    call = std::move(queue_.front());
    queue_.pop_front();
    wanted_ = !queue_.empty();
    executing_.push_back({call, 0});
    wake_another = !queue_.empty() && idle_ > 0 && !OneIsEnough();
  }
  if (wake_another) work_.NotifyOne();
  return call;
}

void ComWorkers::Run(Call& call, HRESULT apartment) {
  try {
    Check(apartment, "CoInitializeEx");
    Execute(call);
  } catch (Failure& failure) {
    call.failure = std::move(failure);
  } catch (const std::bad_alloc&) {
    Failure failure;
    failure.hresult = static_cast<uint32_t>(E_OUTOFMEMORY);
    failure.operation = "allocation";  // short enough not to allocate
    call.failure = std::move(failure);
  }
}

void ComWorkers::Execute(Call& call) {
  // What an earlier call left on this thread would be taken for this call's extended status.
  SetErrorInfo(0, nullptr);
  if (std::holds_alternative<ConnectRequest>(call.request)) {
    const std::shared_ptr<const ConnectionSettings> settings = CurrentSettings();
    // Stopped meanwhile, or forked from a session that was.
    if (settings == nullptr) throw WbemFailure(RPC_E_DISCONNECTED, "IWbemLocator::ConnectServer");
    std::shared_ptr<Connection> connection = Connection::Open(settings);
    const Lock lock(mutex_);
    // The replaced connection is released after the lock, with the last call that uses it.
    if (!call.abandoned && !stopped_) connection_.swap(connection);
    return;
  }
  const std::shared_ptr<Connection> connection = CurrentConnection();
  if (connection == nullptr) throw WbemFailure(RPC_E_DISCONNECTED, "IWbemLocator::ConnectServer");
  if (const auto* exec = std::get_if<ExecMethodRequest>(&call.request)) {
    call.result = ExecMethod(*connection, *exec);
  } else if (const auto* get = std::get_if<GetObjectRequest>(&call.request)) {
    call.result = GetObjectAt(*connection, *get);
  } else if (const auto* query = std::get_if<QueryRequest>(&call.request)) {
    call.result = Query(*connection, *query, call.abandoned);
  } else if (const auto* subscribe = std::get_if<SubscribeRequest>(&call.request)) {
    Subscribe(*connection, *subscribe);
  } else if (std::holds_alternative<NextEventsRequest>(call.request)) {
    call.result = NextEvents(*connection, call.abandoned);
  }
}

void ComWorkers::Finish(std::shared_ptr<Call> call, Clock::duration taken) {
  {
    const Lock lock(mutex_);
    typical_ += ((std::min)(taken, kLong) - typical_) / kTypicalOver;
    const auto entry = std::find_if(executing_.begin(), executing_.end(),
                                    [&call](const Executing& item) { return item.call == call; });
    if (entry->abandoned_at != 0) --stuck_;
    executing_.erase(entry);
  }
  if (!call->abandoned) sink_->Deliver(std::move(call));
}

std::shared_ptr<Connection> ComWorkers::CurrentConnection() {
  const Lock lock(mutex_);
  return connection_;
}

std::shared_ptr<const ConnectionSettings> ComWorkers::CurrentSettings() {
  const Lock lock(mutex_);
  return settings_;
}

}  // namespace hje
