#include "work/call_pool.h"

#include <process.h>

#include <algorithm>
#include <exception>
#include <new>

namespace hje {
namespace {

// While a call executes another worker looks this often whether it holds what is queued behind it; a queued
// call that has waited for so long says so.
constexpr DWORD kHeldCheckMs = 10;
constexpr std::chrono::milliseconds kOverdue{1};
// A worker that had nothing to do for so long ends, unless it is the last: somebody has to stay in the
// apartment while the session holds proxies.
constexpr DWORD kIdleMs = 10'000;
// How far the clock that idleness is measured by may lag behind the one that waits.
constexpr DWORD kTickMs = 32;
// What it takes to wake a thread, and more. A call into another process should take longer: nobody has
// measured vmms.
constexpr std::chrono::microseconds kWakeUpCost{50};
// The weight of one call in what is typical: 1/8.
constexpr int kTypicalOver = 8;
// So many stuck workers are replaced. Each costs a thread, and a host that hangs would hang for more of them.
constexpr size_t kMaxReplaced = 4;
// Attempts to connect at a time: one that is wanted, and earlier ones that were abandoned.
constexpr size_t kMaxConnecting = 4;
// Reserved, not committed. node.exe's own default is for its main thread; COM, RPC and the security providers
// below ConnectServer are not known to need half of this.
constexpr unsigned kStackBytes = 512 * 1024;

constexpr char kConnect[] = "IWbemLocator::ConnectServer";

// As winerror.h has them, as numbers of their own: what this floor knows of COM.
constexpr uint32_t kDisconnected = 0x80010108;  // RPC_E_DISCONNECTED
constexpr uint32_t kOutOfMemory = 0x8007000E;   // E_OUTOFMEMORY
constexpr uint32_t kUnexpected = 0x8000FFFF;    // E_UNEXPECTED

// An exception that no call is meant to throw: a text too long for a string, say.
void SetUnexpected(Call& call, const char* what) noexcept {
  try {
    Failure failure(kUnexpected, "C++ exception");
    failure.description.emplace(what, what + std::char_traits<char>::length(what));
    call.failure = std::move(failure);
  } catch (...) {
    call.failure.emplace(kUnexpected, "C++ exception");  // short enough not to allocate
  }
}

// Any exception becomes the call's failure.
template <typename Work>
void Guard(Call& call, const Work& work) noexcept {
  try {
    work();
  } catch (Failure& failure) {
    call.failure = std::move(failure);
  } catch (const std::bad_alloc&) {
    call.failure.emplace(kOutOfMemory, "allocation");  // short enough not to allocate
  } catch (const std::exception& error) {
    SetUnexpected(call, error.what());
  } catch (...) {
    SetUnexpected(call, "of an unknown type");
  }
  // Nobody reads what an abandoned call has got.
  if (call.abandoned) call.result = {};
}

template <typename Entries>
auto Find(Entries& entries, const std::shared_ptr<Call>& call) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& item) { return item.call == call; });
}

}  // namespace

struct CallPool::ThreadStart {
  std::shared_ptr<CallPool> pool;
  std::shared_ptr<Call> connect;  // null for a worker
};

CallPool::CallPool(std::shared_ptr<const Wmi> wmi, std::shared_ptr<const ConnectionSettings> settings,
                   PoolLimits limits, std::shared_ptr<CallSink> sink)
    : wmi_(std::move(wmi)), limits_(limits), sink_(std::move(sink)), settings_(std::move(settings)) {
  // A thread that takes a call must not need memory for it.
  executing_.reserve(limits.max_workers + kMaxReplaced);
  connecting_.reserve(kMaxConnecting);
}

SubmitStatus CallPool::Submit(std::shared_ptr<Call> call) {
  bool wake;
  {
    const Lock lock(mutex_);
    if (stopped_) return SubmitStatus::kClosed;
    if (queue_.size() >= limits_.max_queued) return SubmitStatus::kQueueFull;
    const bool one_is_enough = OneIsEnough();
    // Every worker that is free takes one queued call; a call beyond those needs a new worker. TakeCall
    // starts one as well, when nobody is left to watch the queue.
    const bool free = queue_.size() < idle_ + (lingering_ ? 1 : 0) || (one_is_enough && idle_ > 0);
    if (!free && MayGrow() && !StartWorker() && workers_ == 0) {
      return SubmitStatus::kQueueFull;  // the system has no thread to give
    }
    call->submitted_at = Clock::now();
    const bool behind_another = !queue_.empty();
    queue_.push_back(std::move(call));
    wanted_ = true;
    // Behind a queued call a worker is awake or being woken, and passes the wake-up on.
    wake = !behind_another && !lingering_ && idle_ > 0;
    // Best left to the worker that is awake, provided that another one watches.
    const bool is_left = one_is_enough && executing_.size() > stuck_;
    if (wake && is_left) wake = watching_ == 0;
    if (wake) watch_wanted_ = is_left;
  }
  // Outside the lock, for which the worker would have to wait at once.
  if (wake) work_.NotifyOne();
  return SubmitStatus::kAccepted;
}

SubmitStatus CallPool::Connect(std::shared_ptr<Call> call) {
  const Lock lock(mutex_);
  if (stopped_) return SubmitStatus::kClosed;
  if (connecting_.size() == kMaxConnecting) return SubmitStatus::kProviderHung;
  if (!StartThread(call)) return SubmitStatus::kQueueFull;
  connecting_.push_back({std::move(call), 0});
  return SubmitStatus::kAccepted;
}

bool CallPool::Abandon(const std::shared_ptr<Call>& call) {
  const Lock lock(mutex_);
  call->abandoned = true;
  const auto queued = std::find(queue_.begin(), queue_.end(), call);
  if (queued != queue_.end()) {
    queue_.erase(queued);
    wanted_ = !queue_.empty();
    return false;
  }
  if (const auto entry = Find(connecting_, call); entry != connecting_.end()) {
    if (entry->abandoned_at == 0) entry->abandoned_at = GetTickCount64();
    return true;
  }
  const auto entry = Find(executing_, call);
  if (entry == executing_.end()) return false;
  if (entry->abandoned_at != 0) return true;
  entry->abandoned_at = GetTickCount64();
  ++stuck_;
  if (!queue_.empty() && idle_ == 0 && MayGrow()) StartWorker();
  return true;
}

PoolStats CallPool::Stats() {
  const Lock lock(mutex_);
  PoolStats stats;
  stats.workers = workers_;
  stats.idle = idle_;
  stats.queued = queue_.size();
  stats.in_flight = executing_.size() - stuck_;
  const uint64_t now = GetTickCount64();
  for (const auto* entries : {&executing_, &connecting_}) {
    for (const Executing& entry : *entries) {
      if (entry.abandoned_at == 0) continue;
      ++stats.stuck;
      stats.oldest_abandoned_ms = (std::max)(stats.oldest_abandoned_ms, now - entry.abandoned_at);
    }
  }
  return stats;
}

void CallPool::Stop() {
  std::deque<std::shared_ptr<Call>> dropped;  // freed after the lock
  const Lock lock(mutex_);
  stopped_ = true;
  wanted_ = true;
  settings_.reset();  // the password goes with the last connection that uses it
  dropped.swap(queue_);
  for (const Executing& entry : executing_) entry.call->abandoned = true;
  for (const Executing& entry : connecting_) entry.call->abandoned = true;
  work_.NotifyAll();
}

void CallPool::WaitForExit(DWORD milliseconds) {
  const uint64_t deadline = GetTickCount64() + milliseconds;
  Lock lock(mutex_);
  while (threads_ > executing_.size() + connecting_.size()) {
    const uint64_t now = GetTickCount64();
    if (now >= deadline) return;
    exited_.WaitFor(lock, static_cast<DWORD>(deadline - now));
  }
}

bool CallPool::MayGrow() const { return workers_ < limits_.max_workers + (std::min)(stuck_, kMaxReplaced); }

// One that stood in for a stuck worker which has returned.
bool CallPool::IsSurplus() const { return workers_ > limits_.max_workers + (std::min)(stuck_, kMaxReplaced); }

// Calls that take less than a wake-up are best left to the worker that is awake: more threads would only be
// in each other's way. Another one has to watch, and comes if a call holds the first.
bool CallPool::OneIsEnough() const { return typical_ < kWakeUpCost; }

bool CallPool::IsOverdue() const { return Clock::now() - queue_.front()->submitted_at > kOverdue; }

// The thread owns what it needs, handed over through the heap.
bool CallPool::StartThread(std::shared_ptr<Call> connect) noexcept {
  try {
    auto start = std::make_unique<ThreadStart>(ThreadStart{shared_from_this(), std::move(connect)});
    const uintptr_t handle = _beginthreadex(nullptr, kStackBytes, &CallPool::ThreadMain, start.get(),
                                            STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
    if (handle == 0) return false;
    start.release();                                // NOLINT(bugprone-unused-return-value): the thread's now
    CloseHandle(reinterpret_cast<HANDLE>(handle));  // detached
    ++threads_;
    return true;
  } catch (...) {
    return false;
  }
}

bool CallPool::StartWorker() noexcept {
  if (!StartThread(nullptr)) return false;
  ++workers_;
  return true;
}

// No exception leaves it: a host process must not end by one. None is expected but that of EnterThread, when
// there is no memory.
unsigned __stdcall CallPool::ThreadMain(void* argument) noexcept {
  const std::unique_ptr<ThreadStart> start(static_cast<ThreadStart*>(argument));
  CallPool& pool = *start->pool;
  try {
    const std::unique_ptr<ThreadScope> scope = pool.wmi_->EnterThread();
    if (start->connect == nullptr || pool.ConnectOn(*scope, start->connect)) pool.Serve(*scope);
  } catch (...) {
    pool.FailToStart(start->connect);
  }
  const Lock lock(pool.mutex_);
  --pool.threads_;
  pool.exited_.NotifyAll();
  return 0;
}

// Queued calls are left to the next worker.
void CallPool::FailToStart(const std::shared_ptr<Call>& connect) noexcept {
  bool deliver = false;
  {
    const Lock lock(mutex_);
    if (connect == nullptr) {
      --workers_;
    } else if (const auto entry = Find(connecting_, connect); entry != connecting_.end()) {
      connecting_.erase(entry);
      deliver = !stopped_;
    }
  }
  if (!deliver) return;
  connect->failure.emplace(kOutOfMemory, "allocation");
  sink_->Deliver(connect);
}

bool CallPool::ConnectOn(const ThreadScope& scope, const std::shared_ptr<Call>& call) {
  // Freed within the scope and outside the lock: a connection that nobody wants, or the one that is replaced.
  std::shared_ptr<Link> link;
  Guard(*call, [&] {
    scope.Check();
    std::shared_ptr<const ConnectionSettings> settings;
    {
      const Lock lock(mutex_);
      settings = settings_;
    }
    // Stopped meanwhile, or forked from a session that was.
    if (settings == nullptr) throw Failure(kDisconnected, kConnect);
    link = wmi_->Connect(std::move(settings));
  });
  bool serves = false;
  bool deliver = false;
  {
    const Lock lock(mutex_);
    connecting_.erase(Find(connecting_, call));
    deliver = !stopped_;
    if (link != nullptr && deliver && !call->abandoned) {
      link_.swap(link);
      // The apartment ends with its last thread, and the proxies with the apartment.
      serves = workers_ == 0;
      if (serves) ++workers_;
    }
  }
  if (deliver) sink_->Deliver(call);
  return serves;
}

void CallPool::Serve(const ThreadScope& scope) {
  while (std::shared_ptr<Call> call = TakeCall()) {
    const Clock::time_point started = Clock::now();
    Run(scope, *call);
    Finish(std::move(call), Clock::now() - started);
    Linger();
  }
  // The last worker takes the proxies with it: they are released within the scope, outside the lock.
  std::shared_ptr<Link> last;
  const Lock lock(mutex_);
  if (workers_ == 0) last.swap(link_);
}

// The next short call comes soon: for a moment the worker looks for it without sleeping, one of them at a
// time. It leaves the processor to whoever needs it, which may be the thread that makes the call.
void CallPool::Linger() {
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

// Sleeps. True when it was woken to take a call; false when it is to look whether a queued one is overdue.
bool CallPool::WaitForWork(Lock& lock) {
  // A worker that sleeps for long is woken for the next call. While another executes one, nobody is woken:
  // that one may be held by its call.
  const bool watches = !queue_.empty() || (OneIsEnough() && executing_.size() > stuck_);
  if (watches) ++watching_;
  const bool woken = work_.WaitFor(lock, watches ? kHeldCheckMs : kIdleMs + kTickMs);
  if (watches) --watching_;
  if (!woken || !watch_wanted_) return woken;
  watch_wanted_ = false;
  return false;
}

std::shared_ptr<Call> CallPool::TakeCall() {
  const uint64_t idle_since = GetTickCount64();
  std::shared_ptr<Call> call;
  bool wake_another = false;
  {
    Lock lock(mutex_);
    ++idle_;
    bool woken = true;
    while (!stopped_ && !IsSurplus() && (queue_.empty() || (!woken && !IsOverdue()))) {
      const bool expendable = queue_.empty() && workers_ > 1 && GetTickCount64() - idle_since >= kIdleMs;
      if (expendable) break;
      woken = WaitForWork(lock);
    }
    --idle_;
    if (stopped_ || queue_.empty() || IsSurplus()) {
      --workers_;
      wake_another = !queue_.empty() && idle_ > 0;
    } else {
      // Whoever was to take it is held by a call that is not as short as the others.
      if (!woken) typical_ = kLong;
      call = std::move(queue_.front());
      queue_.pop_front();
      wanted_ = !queue_.empty();
      executing_.push_back({call, 0});
      // Somebody has to take, or watch, what is queued.
      watch_wanted_ = OneIsEnough() && watching_ == 0;
      wake_another = !queue_.empty() && idle_ > 0 && (!OneIsEnough() || watch_wanted_);
      if (!wake_another) watch_wanted_ = false;
      if (!queue_.empty() && idle_ == 0 && MayGrow()) StartWorker();
    }
  }
  if (wake_another) work_.NotifyOne();
  return call;
}

void CallPool::Run(const ThreadScope& scope, Call& call) noexcept {
  Guard(call, [&] {
    scope.Check();
    std::shared_ptr<Link> link;
    {
      const Lock lock(mutex_);
      link = link_;
    }
    if (link == nullptr) throw Failure(kDisconnected, kConnect);
    call.result = link->Run(call.request, call.abandoned);
  });
}

void CallPool::Finish(std::shared_ptr<Call> call, Clock::duration taken) {
  bool deliver;
  {
    const Lock lock(mutex_);
    typical_ += ((std::min)(taken, kLong) - typical_) / kTypicalOver;
    const auto entry = Find(executing_, call);
    if (entry->abandoned_at != 0) --stuck_;
    executing_.erase(entry);
    deliver = !stopped_;
  }
  if (deliver) sink_->Deliver(std::move(call));
}

}  // namespace hje
