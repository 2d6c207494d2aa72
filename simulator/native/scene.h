// What happens on the host: jobs that come, change and go, and the subscriptions to that.
//
// Nothing runs in the background. Each call first lets happen, in order of time, what has become due since
// the one before, so that no caller can tell the difference; a call that waits for events wakes up for what
// is due next.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mutex.h"
#include "job.h"
#include "object_path.h"
#include "record.h"
#include "subscription.h"

namespace simulator {

// An instance a method is called on.
struct Target {
  RecordPtr record;
  std::shared_ptr<Job> job;  // null for an instance that is no job
};

// `class_name` is that of the job itself, not of a superclass.
struct JobName {
  std::wstring class_name;
  std::wstring instance_id;
};

using PropertyValues = std::vector<std::pair<std::wstring, Variant>>;

// What a test can see of a subscription.
struct SubscriptionReport {
  std::wstring query;
  size_t waiting;
  size_t dropped;
};

// Thread-safe. Times are milliseconds since its construction.
class Scene {
 public:
  Scene(std::vector<PlannedJob> jobs, std::vector<RecordPtr> instances, const EventRules& rules);

  // What exists now of a class, its subclasses included if `deep`.
  std::vector<RecordPtr> Instances(const ClassDef& cls, bool deep);
  // The instance of exactly that class which has those keys; none when there is none now.
  std::optional<Target> Find(const ClassDef& cls, const std::vector<PathKey>& keys);

  // The steps count from now. False: there is such a job already, or it is still to come.
  bool AddJob(PlannedJob plan);
  // False: there is no such job now. From then on its timeline can only remove it.
  bool SetJob(const JobName& name, const PropertyValues& values);
  // For good, whatever its timeline says. False: there is no such job, and none to come.
  bool RemoveJob(const JobName& name);
  // Ends a running job in the given state; its timeline can then only remove it. Returns RequestStateChange's
  // return value.
  uint32_t CancelJob(const Job& job, JobState state);

  // Starts a subscription that sees what happens from now on.
  HRESULT Subscribe(EventQuery query, LocationPtr location, std::shared_ptr<Subscription>* subscription);
  // Waits for `count` events, for ever without a time-out. WBEM_S_TIMEDOUT when there were fewer, or the
  // status of a subscription that has ended; also one that ends while waiting.
  HRESULT Read(Subscription* subscription, std::optional<uint32_t> timeout_ms, size_t count,
               std::vector<Change>* events);
  // Ends one with that status unless it has ended before; the result is what ended it.
  HRESULT EndSubscription(Subscription* subscription, HRESULT status);
  void ReleaseSubscription(const Subscription& subscription);
  void EndSubscriptions(HRESULT status);
  // Ends all subscriptions, and lets none start any more.
  void Stop();

  std::vector<SubscriptionReport> Subscriptions();
  // By all subscriptions, also those that have ended.
  size_t DroppedEvents();

  // A time as a FILETIME in one number.
  uint64_t FileTimeAt(double ms) const;

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<Mutex>;

  // A job and what has become of it.
  struct Life {
    std::shared_ptr<Job> job;
    RecordPtr identity;     // any record of it
    RecordPtr now;          // null while it does not exist
    bool changed = false;   // by other than its timeline
    size_t steps_left = 0;  // on the agenda
  };
  using LifePtr = std::shared_ptr<Life>;

  double NowMs() const;
  // The lock, with everything up to now having happened.
  Lock LockNow();
  void AdvanceTo(double now_ms);
  void TakeStep();
  double NextPollMs() const;
  double NextStepMs() const;
  // Returns at the given time, at a change that a waiting call looks at, or early.
  void WaitUntil(Lock* lock, double ms);

  void Begin(PlannedJob plan, double start_ms);
  void Become(Life* life, RecordPtr record, double at_ms);
  void Forget(const Life* life);
  bool Remove(const Subscription& subscription);  // false when it has ended
  LifePtr FindLife(const JobName& name) const;

  const Clock::time_point start_ = Clock::now();
  const uint64_t start_file_time_;
  const std::vector<RecordPtr> instances_;
  const EventRules rules_;

  // Guards what follows.
  mutable Mutex mutex_;
  ConditionVariable changed_;
  bool stopped_ = false;
  std::vector<LifePtr> lives_;
  // The steps to come; those of one time in the order they were planned in.
  std::multimap<double, std::pair<LifePtr, RecordPtr>> agenda_;
  std::vector<std::shared_ptr<Subscription>> subscriptions_;
  size_t dropped_before_ = 0;  // by subscriptions that have ended
};

}  // namespace simulator
