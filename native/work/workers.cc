// What the workers of the pool do: whose call is next, and how they wait for it.
#include <algorithm>

#include "work/call_pool.h"
#include "work/thread_start.h"

namespace hje {
namespace {

// While a call executes another worker looks this often whether it holds what is queued behind it; a queued
// call that has waited for so long says so.
constexpr DWORD kHeldCheckMs = 10;
constexpr std::chrono::milliseconds kOverdue{1};
// How far the clock that idleness is measured by may lag behind the one that waits.
constexpr DWORD kTickMs = 32;
// What it takes to wake a thread, and more. A call into another process should take longer: nobody has
// measured vmms.
constexpr std::chrono::microseconds kWakeUpCost{50};
// So much longer than planned says that the processor was taken by others.
constexpr std::chrono::microseconds kCrowded{400};
// The weight of one call in what is typical: 1/8.
constexpr int kTypicalOver = 8;

}  // namespace

void CallPool::WorkOn(const ThreadScope& scope, const ThreadStart&) { Serve(scope); }

void CallPool::Serve(const ThreadScope& scope) {
  Work work;
  for (auto arrival = Arrival::kIdle; Take(&work, arrival); work = {}) {
    if (work.call == nullptr) {
      ReleaseConnection(*work.lane);
      arrival = Arrival::kBusy;
      continue;
    }
    const Clock::time_point started = Clock::now();
    Run(scope, std::move(work.link), *work.call);
    arrival = Finish(*work.lane, std::move(work.call), Clock::now() - started);
    if (arrival == Arrival::kLingering) arrival = Linger();
  }
}

// The next short call comes soon: for a moment the worker looks for it without sleeping, one of them at a
// time. It leaves the processor to whoever needs it, which may be the thread that makes the call. Where
// others take it for longer than that moment, a sleeper is woken sooner than the worker gets its turn again:
// then it does not linger for a while.
CallPool::Arrival CallPool::Linger() const {
  const Clock::time_point until = Clock::now() + kWakeUpCost;
  Clock::time_point now;
  do {
    SwitchToThread();
    now = Clock::now();
  } while (!wanted_ && now < until);
  return now > until + kCrowded ? Arrival::kCrowded : Arrival::kLingering;
}

void CallPool::EndLingering(bool is_crowded) noexcept {
  lingering_ = false;
  if (!is_crowded) {
    without_lingering_ = (std::max)(without_lingering_ / 2, kShortestWithoutLingering);
    return;
  }
  no_lingering_until_ = Clock::now() + without_lingering_;
  without_lingering_ = (std::min)(2 * without_lingering_, kLongestWithoutLingering);
}

// Calls that take less than a wake-up are best left to the worker that is awake: more threads would only be
// in each other's way. Another one has to watch, and comes if a call holds the first.
bool CallPool::OneIsEnough() const { return typical_ < kWakeUpCost; }

bool CallPool::IsOverdue() const {
  const Lane& lane = *(hungry_.empty() ? ready_ : hungry_).front();
  return Clock::now() - lane.queue.front().submitted_at > kOverdue;
}

// Sleeps. True when it was woken to take a call; false when it is to look whether a queued one is overdue.
bool CallPool::WaitForWork(Lock& lock) {
  // A worker that sleeps for long is woken for the next call. While another executes one, nobody is woken:
  // that one may be held by its call.
  const bool watches =
      Offered() > 0 || (OneIsEnough() && executing_ > stuck_ && Clock::now() - last_taken_ < kAwake);
  if (watches) ++watching_;
  const bool woken = work_.WaitFor(lock, watches ? kHeldCheckMs : kIdleMs + kTickMs);
  if (watches) --watching_;
  if (!woken || !watch_wanted_) return woken;
  watch_wanted_ = false;
  return false;
}

bool CallPool::Take(Work* work, Arrival arrival) {
  const uint64_t idle_since = GetTickCount64();
  bool wake_another = false;
  {
    Lock lock(mutex_);
    if (arrival != Arrival::kIdle) ++idle_;
    if (arrival == Arrival::kLingering || arrival == Arrival::kCrowded) {
      EndLingering(arrival == Arrival::kCrowded);
    }
    bool woken = true;
    while (!stopped_ && leaving_ == nullptr && (Offered() == 0 || (!woken && !IsOverdue()))) {
      const bool is_expendable = Offered() == 0 && (workers_ > 1 || connections_ == 0);
      if (is_expendable && GetTickCount64() - idle_since >= kIdleMs) break;
      woken = WaitForWork(lock);
    }
    --idle_;
    if (leaving_ != nullptr) {
      work->lane = std::move(leaving_);
      leaving_ = std::move(work->lane->next_leaving);
      // Its release may hang as any call may: no worker until it is back.
      --workers_;
      ++held_;
      ++releasing_;
    } else if (stopped_ || Offered() == 0) {
      --workers_;
      return false;
    } else {
      // Whoever was to take it is held by a call that is not as short as the others.
      if (!woken) typical_ = kLong;
      TakeCall(work);
    }
    NoteWanted();
    // Somebody has to take, or watch, what is left.
    const bool is_left = Offered() > 0 || leaving_ != nullptr;
    watch_wanted_ = OneIsEnough() && watching_ == 0;
    wake_another = is_left && idle_ > 0 && (!OneIsEnough() || watch_wanted_);
    if (!wake_another) watch_wanted_ = false;
    if (Offered() > 0 && idle_ == 0 && MayGrow(hungry_.front())) StartWorker();
  }
  if (wake_another) work_.NotifyOne();
  return true;
}

// Of the lane whose turn it is, which then stands behind the others.
void CallPool::TakeCall(Work* work) noexcept {
  LaneList& list = hungry_.empty() ? ready_ : hungry_;
  Lane& lane = *list.front();
  list.Remove(lane);
  work->lane = lane.shared_from_this();
  work->call = lane.queue.Pop();
  work->link = lane.link;
  lane.executing.push_back({work->call, 0});
  ++executing_;
  last_taken_ = Clock::now();
  Update(lane);
}

void CallPool::ReleaseConnection(Lane& lane) {
  std::shared_ptr<Link> link;
  {
    const Lock lock(mutex_);
    link.swap(lane.link);
  }
  link.reset();
  const Lock lock(mutex_);
  --connections_;
  --held_;
  --releasing_;
  ++workers_;
}

CallPool::Arrival CallPool::Finish(Lane& lane, std::shared_ptr<Call> call, Clock::duration taken) {
  bool deliver;
  bool lingers;
  {
    const Lock lock(mutex_);
    typical_ += ((std::min)(taken, kLong) - typical_) / kTypicalOver;
    const auto entry = Find(lane.executing, call);
    if (entry->abandoned_at != 0) {
      --lane.stuck;
      --stuck_;
    }
    lane.executing.erase(entry);
    --executing_;
    Update(lane);
    deliver = !lane.closed;
    lingers = !wanted_ && !lingering_ && OneIsEnough() && Clock::now() >= no_lingering_until_;
    if (lingers) lingering_ = true;
  }
  if (deliver) lane.sink->Deliver(std::move(call));
  return lingers ? Arrival::kLingering : Arrival::kBusy;
}

}  // namespace hje
