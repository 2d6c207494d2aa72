// The threads that make the calls of an environment, for all of its sessions. Each session has a lane: a
// bounded queue and a share of the workers.
//
// - Workers take the next call of each lane in turn. They are started on demand and end when idle.
// - A lane executes max_workers calls at a time. A COM call that does not return cannot be ended: once it is
//   abandoned it is stuck, and up to kMaxReplaced stuck calls of a lane are not counted.
// - All lanes share kSharedWorkers. When these are busy, a lane that executes nothing still gets a worker: a
//   host that hangs holds its share and no more.
// - An attempt to connect, and a wait for events, have a thread of their own: they wait for no call and hold
//   none.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "data/call.h"
#include "work/lane.h"
#include "work/lock.h"
#include "work/wmi.h"

namespace hje {

// Numbers as in lib/wmi/addon.ts.
enum class SubmitStatus { kAccepted = 0, kClosed = 1, kQueueFull = 2, kProviderHung = 3 };

// Of one lane; the idle workers are everybody's.
struct LaneStats {
  size_t workers = 0;
  size_t stuck = 0;
  size_t idle = 0;
  size_t queued = 0;
  size_t in_flight = 0;
  uint64_t oldest_abandoned_ms = 0;
};

// Owned by the environment, by its sessions and by each of its threads, so that a thread that is stuck in a
// COM call outlives the environment without harm.
class CallPool : public std::enable_shared_from_this<CallPool> {
 public:
  explicit CallPool(std::shared_ptr<const Wmi> wmi) : wmi_(std::move(wmi)) {}

  // Any thread; none of these waits for a call.
  std::shared_ptr<Lane> Open(std::shared_ptr<const ConnectionSettings> settings, LaneLimits limits,
                             std::shared_ptr<CallSink> sink);
  SubmitStatus Submit(const std::shared_ptr<Lane>& lane, std::shared_ptr<Call> call);
  // An attempt to connect, whose success replaces the connection unless it is abandoned. kProviderHung when
  // too many that were abandoned have not returned.
  SubmitStatus Connect(const std::shared_ptr<Lane>& lane, std::shared_ptr<Call> call);
  // A wait for events. kProviderHung as above.
  SubmitStatus Listen(const std::shared_ptr<Lane>& lane, std::shared_ptr<Call> call);
  // True: the call is executing and is delivered when it returns. False: it never is.
  bool Abandon(Lane& lane, const std::shared_ptr<Call>& call);
  LaneStats Stats(const Lane& lane);
  // Drops what is queued, abandons what is executing, lets the connection go. Nothing is delivered
  // afterwards. Idempotent; needs no memory.
  void Close(const std::shared_ptr<Lane>& lane) noexcept;

  // Closes every lane and lets the threads go. Idempotent; needs no memory.
  void Stop() noexcept;
  // After Stop: waits until the threads that execute no call have gone, at most `milliseconds`. The others
  // stay detached: a provider decides when they return.
  void WaitForExit(DWORD milliseconds);

 private:
  // What a thread does from its beginning to its end; a worker has neither a lane nor a call.
  struct ThreadStart;
  using Main = void (CallPool::*)(const ThreadScope& scope, const ThreadStart& start);
  // What a worker does next: a call, or without one the release of the lane's connection.
  struct Work {
    std::shared_ptr<Lane> lane;
    std::shared_ptr<Call> call;
    std::shared_ptr<Link> link;
  };
  // What a worker was counted as before it looks for work.
  enum class Arrival { kIdle, kBusy, kLingering, kCrowded };

  static unsigned __stdcall ThreadMain(void* start) noexcept;

  // With mutex_ held.
  bool StartThread(Main main, std::shared_ptr<Lane> lane,
                   std::shared_ptr<Call> call) noexcept;  // false: none to have
  bool StartWorker() noexcept;
  bool MayGrow(const Lane* lane) const;
  bool WakeOrStart() noexcept;
  static size_t Slots(const Lane& lane);
  static bool IsHungry(const Lane& lane);
  size_t Offered() const;
  void Update(Lane& lane) noexcept;
  void NoteWanted() noexcept;
  void AbandonExecuting(Lane& lane, Executing& entry) noexcept;
  void CloseLocked(const std::shared_ptr<Lane>& lane, CallFifo* dropped) noexcept;
  bool OneIsEnough() const;
  bool IsOverdue() const;  // of the first call that may run
  void EndLingering(bool is_crowded) noexcept;
  bool WaitForWork(Lock& lock);
  void TakeCall(Work* work) noexcept;

  // On a thread of the pool.
  void FailToStart(const ThreadStart& start) noexcept;
  void ConnectOn(const ThreadScope& scope, const ThreadStart& start);
  void ListenOn(const ThreadScope& scope, const ThreadStart& start);
  void WorkOn(const ThreadScope& scope, const ThreadStart& start);
  void Serve(const ThreadScope& scope);  // as one of the workers
  Arrival Linger() const;
  bool Take(Work* work, Arrival arrival);  // false when the worker is to end; it is no worker then
  void ReleaseConnection(Lane& lane);
  std::shared_ptr<Link> ConnectionOf(const Lane& lane);
  static void Run(const ThreadScope& scope, std::shared_ptr<Link> link, Call& call) noexcept;
  Arrival Finish(Lane& lane, std::shared_ptr<Call> call, Clock::duration taken);
  bool FinishListening(Lane& lane, std::shared_ptr<Call> call);  // false when the thread is to end
  std::shared_ptr<Call> WaitForOffer(Lane& lane);                // null when the thread is to end

  // A thread that had nothing to do for so long ends. The last worker stays while there are connections:
  // somebody has to be in their apartment.
  static constexpr DWORD kIdleMs = 10'000;
  static constexpr Clock::duration kLong = std::chrono::seconds(1);
  static constexpr Clock::duration kShortestWithoutLingering = std::chrono::milliseconds(50);
  static constexpr Clock::duration kLongestWithoutLingering = std::chrono::seconds(5);
  static constexpr size_t kSharedWorkers = 32;
  // A worker is taken to be awake for so long after it took a call: beyond that the call holds it.
  static constexpr std::chrono::milliseconds kAwake{1};

  const std::shared_ptr<const Wmi> wmi_;
  // Whether a worker has something to do. Set with mutex_ held, read without.
  std::atomic<bool> wanted_{false};

  Mutex mutex_;  // guards all below, and the lanes
  Condition work_;
  Condition exited_;
  bool stopped_ = false;
  std::vector<std::weak_ptr<Lane>> lanes_;
  // Lanes with calls that may be executed, in the order of their turns: those that execute nothing, who come
  // first, and the others.
  LaneList hungry_;
  LaneList ready_;
  // Lanes that are closed and whose connection has to be released, within a ThreadScope.
  std::shared_ptr<Lane> leaving_;
  size_t connections_ = 0;                // of all lanes
  size_t runnable_ = 0;                   // calls of all lanes
  size_t executing_ = 0;                  // calls that workers execute
  size_t stuck_ = 0;                      // of these
  size_t held_ = 0;                       // threads that connect, listen or release
  size_t releasing_ = 0;                  // of these, those that release
  size_t threads_ = 0;                    // that have not ended yet
  size_t workers_ = 0;                    // threads that take calls
  size_t idle_ = 0;                       // of the workers, those that sleep or have just been started
  size_t watching_ = 0;                   // of these, those that look for calls now and then
  size_t most_workers_ = kSharedWorkers;  // or what one lane is allowed
  bool watch_wanted_ = false;             // the next to wake up is not to take a call, but to watch
  bool lingering_ = false;                // one that is not idle is about to look for a call
  Clock::duration without_lingering_ = kShortestWithoutLingering;  // once others take the processor
  Clock::time_point no_lingering_until_;
  Clock::duration typical_ = kLong;  // of a call, lately
  Clock::time_point last_taken_;     // when a worker took a call
};

}  // namespace hje
