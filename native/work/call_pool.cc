#include "work/call_pool.h"

#include <process.h>

#include <algorithm>

#include "work/thread_start.h"

namespace hje {
namespace {

// So many stuck calls of a lane are replaced. Each costs a thread, and a host that hangs would hang for more
// of them.
constexpr size_t kMaxReplaced = 4;
// And so many of all lanes, before they count as workers that are busy.
constexpr size_t kMaxReplacedInAll = 64;
// However many hosts hang.
constexpr size_t kMaxWorkers = 1'024;
// Attempts to connect of a lane: one that is wanted, and earlier ones that were abandoned. The same for waits
// for events.
constexpr size_t kMaxOfItsOwn = 4;
// Threads that release connections, before further connections wait for them: a release may hang as any call
// may.
constexpr size_t kMaxReleasing = 8;
// Reserved, not committed. node.exe's own default is for its main thread; COM, RPC and the security providers
// below ConnectServer are not known to need half of this.
constexpr unsigned kStackBytes = 512 * 1024;

}  // namespace

std::shared_ptr<Lane> CallPool::Open(std::shared_ptr<const ConnectionSettings> settings, LaneLimits limits,
                                     std::shared_ptr<CallSink> sink) {
  auto lane = std::make_shared<Lane>();
  lane->limits = limits;
  lane->sink = std::move(sink);
  lane->settings = std::move(settings);
  // A thread that takes a call must not need memory for it.
  lane->executing.reserve(limits.max_workers + kMaxReplaced);
  lane->connecting.reserve(kMaxOfItsOwn);
  lane->listening.reserve(kMaxOfItsOwn);
  const Lock lock(mutex_);
  lanes_.erase(std::remove_if(lanes_.begin(), lanes_.end(), [](const auto& item) { return item.expired(); }),
               lanes_.end());
  lanes_.push_back(lane);
  most_workers_ = (std::max)(most_workers_, limits.max_workers);
  return lane;
}

SubmitStatus CallPool::Submit(const std::shared_ptr<Lane>& lane, std::shared_ptr<Call> call) {
  bool wake;
  {
    const Lock lock(mutex_);
    if (lane->closed) return SubmitStatus::kClosed;
    if (lane->queue.size() >= lane->limits.max_queued) return SubmitStatus::kQueueFull;
    const bool one_is_enough = OneIsEnough();
    const bool behind_another = Offered() > 0;
    // Every worker that is free takes one call; a call beyond those needs a new worker. Take starts one as
    // well, when nobody is left to watch.
    const bool is_free = Offered() < idle_ + (lingering_ ? 1 : 0) || (one_is_enough && idle_ > 0);
    const bool may_run = lane->runnable < Slots(*lane);
    if (may_run && !is_free && MayGrow(lane.get()) && !StartWorker() && workers_ == 0) {
      return SubmitStatus::kQueueFull;  // the system has no thread to give
    }
    const Clock::time_point now = Clock::now();
    call->submitted_at = now;
    lane->queue.Push(std::move(call));
    Update(*lane);
    // Behind another call a worker is awake or being woken, and passes the wake-up on.
    wake = may_run && !behind_another && !lingering_ && idle_ > 0;
    // Best left to the worker that is awake, provided that another one watches.
    const bool is_left = one_is_enough && executing_ > stuck_ && now - last_taken_ < kAwake;
    if (wake && is_left) wake = watching_ == 0;
    if (wake) watch_wanted_ = is_left;
  }
  // Outside the lock, for which the worker would have to wait at once.
  if (wake) work_.NotifyOne();
  return SubmitStatus::kAccepted;
}

SubmitStatus CallPool::Connect(const std::shared_ptr<Lane>& lane, std::shared_ptr<Call> call) {
  const Lock lock(mutex_);
  if (lane->closed) return SubmitStatus::kClosed;
  if (lane->connecting.size() == kMaxOfItsOwn) return SubmitStatus::kProviderHung;
  if (!StartThread(&CallPool::ConnectOn, lane, call)) return SubmitStatus::kQueueFull;
  lane->connecting.push_back({std::move(call), 0});
  ++held_;
  return SubmitStatus::kAccepted;
}

SubmitStatus CallPool::Listen(const std::shared_ptr<Lane>& lane, std::shared_ptr<Call> call) {
  const Lock lock(mutex_);
  if (lane->closed) return SubmitStatus::kClosed;
  if (lane->listening.size() == kMaxOfItsOwn) return SubmitStatus::kProviderHung;
  if (lane->listener_waits && lane->offered == nullptr) {
    lane->offered = call;
    lane->offer.NotifyOne();
  } else if (!StartThread(&CallPool::ListenOn, lane, call)) {
    return SubmitStatus::kQueueFull;
  }
  lane->listening.push_back({std::move(call), 0});
  ++held_;
  return SubmitStatus::kAccepted;
}

bool CallPool::Abandon(Lane& lane, const std::shared_ptr<Call>& call) {
  bool wake = false;
  {
    const Lock lock(mutex_);
    call->abandoned = true;
    if (lane.queue.Remove(*call)) {
      Update(lane);
      return false;
    }
    for (auto* entries : {&lane.connecting, &lane.listening}) {
      const auto entry = Find(*entries, call);
      if (entry == entries->end()) continue;
      if (entry->abandoned_at == 0) entry->abandoned_at = GetTickCount64();
      return true;
    }
    const auto entry = Find(lane.executing, call);
    if (entry == lane.executing.end()) return false;
    AbandonExecuting(lane, *entry);
    Update(lane);
    if (Offered() > 0) wake = WakeOrStart();
  }
  if (wake) work_.NotifyOne();
  return true;
}

LaneStats CallPool::Stats(const Lane& lane) {
  const Lock lock(mutex_);
  LaneStats stats;
  stats.idle = idle_;
  stats.workers = lane.executing.size() + lane.listening.size();
  stats.queued = lane.queue.size();
  stats.in_flight = stats.workers;
  const uint64_t now = GetTickCount64();
  for (const auto* entries : {&lane.executing, &lane.connecting, &lane.listening}) {
    for (const Executing& entry : *entries) {
      if (entry.abandoned_at == 0) continue;
      ++stats.stuck;
      if (entries != &lane.connecting) --stats.in_flight;
      stats.oldest_abandoned_ms = (std::max)(stats.oldest_abandoned_ms, now - entry.abandoned_at);
    }
  }
  return stats;
}

void CallPool::Close(const std::shared_ptr<Lane>& lane) noexcept {
  CallFifo dropped;  // freed after the lock
  bool wake = false;
  {
    const Lock lock(mutex_);
    CloseLocked(lane, &dropped);
    if (leaving_ != nullptr && releasing_ < kMaxReleasing) wake = WakeOrStart();
  }
  if (wake) work_.NotifyOne();
}

void CallPool::Stop() noexcept {
  CallFifo dropped;  // freed after the lock
  const Lock lock(mutex_);
  for (const auto& item : lanes_) {
    if (const auto lane = item.lock()) CloseLocked(lane, &dropped);
  }
  stopped_ = true;
  wanted_ = true;
  if (leaving_ != nullptr && workers_ == 0) StartWorker();
  work_.NotifyAll();
}

void CallPool::WaitForExit(DWORD milliseconds) {
  const uint64_t deadline = GetTickCount64() + milliseconds;
  Lock lock(mutex_);
  while (threads_ > executing_ + held_) {
    const uint64_t now = GetTickCount64();
    if (now >= deadline) return;
    exited_.WaitFor(lock, static_cast<DWORD>(deadline - now));
  }
}

void CallPool::CloseLocked(const std::shared_ptr<Lane>& lane, CallFifo* dropped) noexcept {
  if (lane->closed) return;
  lane->closed = true;
  lane->settings.reset();  // the password goes with the last connection that uses it
  while (!lane->queue.empty()) dropped->Push(lane->queue.Pop());
  for (Executing& entry : lane->executing) AbandonExecuting(*lane, entry);
  for (auto* entries : {&lane->connecting, &lane->listening}) {
    for (const Executing& entry : *entries) entry.call->abandoned = true;
  }
  lane->offer.NotifyAll();
  Update(*lane);
  if (lane->link == nullptr) return;
  lane->next_leaving = std::move(leaving_);
  leaving_ = lane;
  wanted_ = true;
}

void CallPool::AbandonExecuting(Lane& lane, Executing& entry) noexcept {
  entry.call->abandoned = true;
  if (entry.abandoned_at != 0) return;
  entry.abandoned_at = GetTickCount64();
  ++lane.stuck;
  ++stuck_;
}

// How many calls of the lane may be executed beside those that are.
size_t CallPool::Slots(const Lane& lane) {
  const size_t allowed = lane.limits.max_workers + (std::min)(lane.stuck, kMaxReplaced);
  return allowed - (std::min)(allowed, lane.executing.size());
}

// Whether it executes nothing but stuck calls that are replaced.
bool CallPool::IsHungry(const Lane& lane) {
  return lane.executing.size() <= (std::min)(lane.stuck, kMaxReplaced);
}

// To be called whenever the lane's queue, or what it executes, has changed.
void CallPool::Update(Lane& lane) noexcept {
  const size_t runnable = (std::min)(Slots(lane), lane.queue.size());
  runnable_ += runnable - lane.runnable;
  lane.runnable = runnable;
  LaneList* const list = runnable == 0 ? nullptr : IsHungry(lane) ? &hungry_ : &ready_;
  if (list != lane.waits_in) {
    if (lane.waits_in != nullptr) lane.waits_in->Remove(lane);
    if (list != nullptr) list->Push(lane);
  }
  NoteWanted();
}

void CallPool::NoteWanted() noexcept { wanted_ = Offered() > 0 || leaving_ != nullptr || stopped_; }

// How many calls a worker may take now: beyond what all lanes share, one of each lane that executes nothing.
size_t CallPool::Offered() const {
  const bool has_room = executing_ - (std::min)(stuck_, kMaxReplacedInAll) < most_workers_;
  return has_room ? runnable_ : hungry_.size();
}

// For a call of the lane, or for anything else: not beyond what all lanes share, unless the lane has nothing
// of that.
bool CallPool::MayGrow(const Lane* lane) const {
  if (workers_ >= kMaxWorkers) return false;
  if (workers_ - (std::min)(stuck_, kMaxReplacedInAll) < most_workers_) return true;
  return lane != nullptr && IsHungry(*lane) && (lane->runnable == 0 || idle_ == 0);
}

// There is something to do that no worker may know of. True when the caller is to wake one.
bool CallPool::WakeOrStart() noexcept {
  if (idle_ > 0) return true;
  if (MayGrow(hungry_.front())) StartWorker();
  return false;
}

// The thread owns what it needs, handed over through the heap.
bool CallPool::StartThread(Main main, std::shared_ptr<Lane> lane, std::shared_ptr<Call> call) noexcept {
  try {
    auto start = std::make_unique<ThreadStart>(
        ThreadStart{shared_from_this(), main, std::move(lane), std::move(call)});
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
  if (!StartThread(&CallPool::WorkOn, nullptr, nullptr)) return false;
  ++workers_;
  ++idle_;
  return true;
}

}  // namespace hje
