// The threads of one session: workers that take calls from a bounded queue, and a thread for each attempt to
// connect, so that an attempt waits for no call and holds none. Workers are started on demand and end when
// idle. A thread that is held by an abandoned call is stuck, because a COM call that does not return cannot
// be ended; up to kMaxReplaced of them are replaced by further workers, beyond that calls wait in the queue.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "data/call.h"
#include "work/lock.h"
#include "work/wmi.h"

namespace hje {

// Numbers as in lib/wmi/addon.ts.
enum class SubmitStatus { kAccepted = 0, kClosed = 1, kQueueFull = 2, kProviderHung = 3 };

struct PoolLimits {
  size_t max_workers = 0;
  size_t max_queued = 0;
};

struct PoolStats {
  size_t workers = 0;
  size_t stuck = 0;
  size_t idle = 0;
  size_t queued = 0;
  size_t in_flight = 0;
  uint64_t oldest_abandoned_ms = 0;
};

// Owned by the session's JS object, by the environment and by each of its threads, so that a thread that is
// stuck in a COM call outlives the environment without harm.
class CallPool : public std::enable_shared_from_this<CallPool> {
 public:
  CallPool(std::shared_ptr<const Wmi> wmi, std::shared_ptr<const ConnectionSettings> settings,
           PoolLimits limits, std::shared_ptr<CallSink> sink);

  // Any thread; none of these waits for a call.
  SubmitStatus Submit(std::shared_ptr<Call> call);
  // An attempt to connect, whose success replaces the connection unless it is abandoned. kProviderHung when
  // too many that were abandoned have not returned.
  SubmitStatus Connect(std::shared_ptr<Call> call);
  // True: the call is executing and is delivered when it returns. False: it never is.
  bool Abandon(const std::shared_ptr<Call>& call);
  PoolStats Stats();
  // Drops what is queued, abandons what is executing, lets the threads go. Nothing is delivered afterwards.
  // Idempotent.
  void Stop();

  // After Stop: waits until the threads that execute no call have gone, at most `milliseconds`. The others
  // stay detached: a provider decides when they return.
  void WaitForExit(DWORD milliseconds);

 private:
  struct Executing {
    std::shared_ptr<Call> call;
    uint64_t abandoned_at = 0;  // GetTickCount64, 0 while somebody waits for the call
  };
  struct ThreadStart;

  static unsigned __stdcall ThreadMain(void* start) noexcept;
  // With mutex_ held. False when the system has no thread or no memory to give.
  bool StartThread(std::shared_ptr<Call> connect) noexcept;  // null for a worker
  bool StartWorker() noexcept;
  bool MayGrow() const;
  bool IsSurplus() const;
  bool OneIsEnough() const;
  bool IsOverdue() const;  // of the first queued call
  bool WaitForWork(Lock& lock);

  // On a thread of the pool.
  void FailToStart(const std::shared_ptr<Call>& connect) noexcept;
  // True when the thread is a worker from here on.
  bool ConnectOn(const ThreadScope& scope, const std::shared_ptr<Call>& call);
  void Serve(const ThreadScope& scope);
  void Linger();
  std::shared_ptr<Call> TakeCall();  // null when the worker is to end; it is no worker then
  void Run(const ThreadScope& scope, Call& call) noexcept;
  void Finish(std::shared_ptr<Call> call, Clock::duration taken);

  static constexpr Clock::duration kLong = std::chrono::seconds(1);

  const std::shared_ptr<const Wmi> wmi_;
  const PoolLimits limits_;
  const std::shared_ptr<CallSink> sink_;
  // Whether there is something to do: a queued call, or the end. Set with mutex_ held, read without.
  std::atomic<bool> wanted_{false};

  Mutex mutex_;  // guards all below
  Condition work_;
  Condition exited_;
  bool stopped_ = false;
  std::shared_ptr<const ConnectionSettings> settings_;  // null once stopped
  size_t workers_ = 0;                                  // threads that take calls
  size_t threads_ = 0;                                  // threads that have not ended yet
  size_t idle_ = 0;                                     // of the workers, those that sleep
  size_t watching_ = 0;                                 // of these, those that look at the queue now and then
  bool watch_wanted_ = false;        // the next to wake up is not to take a call, but to watch
  bool lingering_ = false;           // one that does not sleep is about to look at the queue
  size_t stuck_ = 0;                 // of the workers
  Clock::duration typical_ = kLong;  // of a call, lately
  std::deque<std::shared_ptr<Call>> queue_;
  std::vector<Executing> executing_;   // by workers
  std::vector<Executing> connecting_;  // by threads of their own
  std::shared_ptr<Link> link_;
};

}  // namespace hje
