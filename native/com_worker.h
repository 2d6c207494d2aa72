// The worker threads of one session: members of the multithreaded apartment that take calls from a bounded
// queue. Grown on demand, shrunk when idle. A worker that is held by an abandoned call is stuck: it counts
// against the cap until its call returns, because a COM call that does not return cannot be ended.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "call.h"
#include "lock.h"
#include "wbem_session.h"

namespace hje {

// Numbers as in lib/wmi/addon.ts.
enum class SubmitStatus { kAccepted = 0, kClosed = 1, kQueueFull = 2, kProviderHung = 3 };

struct WorkerLimits {
  size_t max_workers = 0;
  size_t max_queued = 0;
};

struct WorkerStats {
  size_t workers = 0;
  size_t stuck = 0;
  size_t idle = 0;
  size_t queued = 0;
  size_t in_flight = 0;
  uint64_t oldest_abandoned_ms = 0;
};

// Owned by the session's JS object, by the environment and by each of its threads, so that a thread that is
// stuck in a COM call outlives the environment without harm.
class ComWorkers : public std::enable_shared_from_this<ComWorkers> {
 public:
  ComWorkers(std::shared_ptr<const ConnectionSettings> settings, WorkerLimits limits,
             std::shared_ptr<CallSink> sink);

  // Any thread; none of these waits for a call.
  SubmitStatus Submit(std::shared_ptr<Call> call);
  void Abandon(const std::shared_ptr<Call>& call);
  WorkerStats Stats();
  // Drops what is queued, abandons what is executing, lets the threads go. Idempotent.
  void Stop();

  // After Stop: waits until the threads that execute no call have gone, at most `milliseconds`. The others
  // stay detached: a provider decides when they return.
  void WaitForExit(DWORD milliseconds);

 private:
  struct Executing {
    std::shared_ptr<Call> call;
    uint64_t abandoned_at = 0;  // GetTickCount64, 0 while somebody waits for the call
  };

  static unsigned __stdcall ThreadMain(void* self);
  bool StartWorker();                       // with mutex_ held
  bool OneIsEnough() const;                 // with mutex_ held
  bool IsOverdue() const;                   // with mutex_ held, of the first queued call
  void Work();                              // thread
  void Linger();                            // thread
  std::shared_ptr<Call> TakeCall();         // thread; null when the worker is to end
  void Run(Call& call, HRESULT apartment);  // thread; no exception leaves it
  void Execute(Call& call);                 // thread; throws a Failure
  void Finish(std::shared_ptr<Call> call, Clock::duration taken);  // thread
  std::shared_ptr<Connection> CurrentConnection();
  std::shared_ptr<const ConnectionSettings> CurrentSettings();

  static constexpr Clock::duration kLong = std::chrono::seconds(1);

  const WorkerLimits limits_;
  const std::shared_ptr<CallSink> sink_;
  // Whether there is something to do: a queued call, or the end. Set with mutex_ held, read without.
  std::atomic<bool> wanted_{false};

  Mutex mutex_;  // guards all below
  Condition work_;
  Condition exited_;
  bool stopped_ = false;
  std::shared_ptr<const ConnectionSettings> settings_;  // null once stopped
  size_t workers_ = 0;                                  // threads that take calls
  size_t threads_ = 0;                                  // threads that have not left the apartment yet
  size_t idle_ = 0;                                     // of the workers, those that sleep
  bool lingering_ = false;                              // one that does not is about to look at the queue
  size_t stuck_ = 0;
  Clock::duration typical_ = kLong;  // of a call, lately
  std::deque<std::shared_ptr<Call>> queue_;
  std::vector<Executing> executing_;
  std::shared_ptr<Connection> connection_;
};

}  // namespace hje
