#include "scene.h"

#include <algorithm>
#include <utility>

#include "malloc_spy.h"
#include "text.h"

namespace simulator {
namespace {

// No wait is longer: whatever goes wrong, a waiting call looks at its state again.
constexpr double kLongestWaitMs = 10'000;

constexpr const wchar_t* kKey = L"InstanceID";  // of each job class

bool HasKeys(const Record& record, const std::vector<PathKey>& keys) {
  return std::all_of(keys.begin(), keys.end(), [&](const PathKey& key) {
    const VARIANT& value = record[key.name].Raw();
    return value.vt == VT_BSTR && EqualsNoCase(View(value.bstrVal), key.value);
  });
}

uint64_t FileTimeNow() {
  FILETIME time;
  ::GetSystemTimeAsFileTime(&time);
  return (uint64_t{time.dwHighDateTime} << 32) | time.dwLowDateTime;
}

}  // namespace

Scene::Scene(std::vector<PlannedJob> jobs, std::vector<RecordPtr> instances, const EventRules& rules)
    : start_file_time_(FileTimeNow()), instances_(std::move(instances)), rules_(rules) {
  for (PlannedJob& job : jobs) Begin(std::move(job), 0);
}

double Scene::NowMs() const {
  return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
}

uint64_t Scene::FileTimeAt(double ms) const {
  constexpr double kFileTimeTicksPerMs = 10'000;
  return start_file_time_ + static_cast<uint64_t>(ms * kFileTimeTicksPerMs);
}

Scene::Lock Scene::LockNow() {
  Lock lock(mutex_);
  AdvanceTo(NowMs());
  return lock;
}

// A poll sees the steps of its own time.
void Scene::AdvanceTo(double now_ms) {
  for (;;) {
    const double step = NextStepMs();
    const double poll = NextPollMs();
    if (std::min(step, poll) > now_ms) return;
    if (step <= poll) {
      TakeStep();
      continue;
    }
    for (const auto& subscription : subscriptions_) {
      if (subscription->poll_due() <= poll) subscription->Poll();
    }
  }
}

void Scene::TakeStep() {
  const auto node = agenda_.extract(agenda_.begin());
  const auto& [life, record] = node.mapped();
  --life->steps_left;
  if (!life->changed || record == nullptr) Become(life.get(), record, node.key());
  if (life->now == nullptr && life->steps_left == 0) Forget(life.get());
}

double Scene::NextStepMs() const { return agenda_.empty() ? kNever : agenda_.begin()->first; }

double Scene::NextPollMs() const {
  double due = kNever;
  for (const auto& subscription : subscriptions_) due = std::min(due, subscription->poll_due());
  return due;
}

void Scene::WaitUntil(Lock* lock, double ms) {
  const double wait = std::min(ms - NowMs(), kLongestWaitMs);
  if (wait > 0) changed_.wait_for(*lock, std::chrono::duration<double, std::milli>(wait));
}

void Scene::Begin(PlannedJob plan, double start_ms) {
  const auto life = std::make_shared<Life>();
  life->job = std::move(plan.job);
  life->steps_left = plan.steps.size() - 1;
  life->identity = std::move(plan.identity);
  lives_.push_back(life);
  Become(life.get(), plan.steps.front().record, start_ms);
  for (size_t i = 1; i < plan.steps.size(); ++i) {
    agenda_.emplace(start_ms + plan.steps[i].at_ms, std::pair(life, std::move(plan.steps[i].record)));
  }
  // A waiting call may have to wake up earlier now.
  changed_.notify_all();
}

void Scene::Become(Life* life, RecordPtr record, double at_ms) {
  const Change change{at_ms, std::exchange(life->now, std::move(record)), life->now};
  if (!IsEvent(change)) return;
  for (const auto& subscription : subscriptions_) subscription->Offer(change);
  changed_.notify_all();
}

void Scene::Forget(const Life* life) {
  const auto is_it = [&](const LifePtr& each) { return each.get() == life; };
  lives_.erase(std::remove_if(lives_.begin(), lives_.end(), is_it), lives_.end());
}

Scene::LifePtr Scene::FindLife(const JobName& name) const {
  const auto found = std::find_if(lives_.begin(), lives_.end(), [&](const LifePtr& life) {
    return EqualsNoCase(life->identity->cls->name, name.class_name) &&
           HasKeys(*life->identity, {{kKey, name.instance_id}});
  });
  return found == lives_.end() ? nullptr : *found;
}

std::vector<RecordPtr> Scene::Instances(const ClassDef& cls, bool deep) {
  std::vector<RecordPtr> found;
  const auto add = [&](const RecordPtr& record) {
    if (record == nullptr) return;
    const bool wanted = deep ? record->cls->IsA(cls.name) : EqualsNoCase(record->cls->name, cls.name);
    if (wanted) found.push_back(record);
  };
  const Lock lock = LockNow();
  for (const LifePtr& life : lives_) add(life->now);
  for (const RecordPtr& instance : instances_) add(instance);
  return found;
}

std::optional<Target> Scene::Find(const ClassDef& cls, const std::vector<PathKey>& keys) {
  const auto matches = [&](const RecordPtr& record) {
    return record != nullptr && EqualsNoCase(record->cls->name, cls.name) && HasKeys(*record, keys);
  };
  const Lock lock = LockNow();
  for (const LifePtr& life : lives_) {
    if (matches(life->now)) return Target{life->now, life->job};
  }
  for (const RecordPtr& instance : instances_) {
    if (matches(instance)) return Target{instance, nullptr};
  }
  return std::nullopt;
}

bool Scene::AddJob(PlannedJob plan) {
  const JobName name{plan.identity->cls->name, std::wstring(View((*plan.identity)[kKey].Raw().bstrVal))};
  const Lock lock = LockNow();
  if (FindLife(name) != nullptr) return false;
  Begin(std::move(plan), NowMs());
  return true;
}

bool Scene::SetJob(const JobName& name, const PropertyValues& values) {
  const Lock lock = LockNow();
  const LifePtr life = FindLife(name);
  if (life == nullptr || life->now == nullptr) return false;
  auto record = std::make_shared<Record>(*life->now);
  for (const auto& [property, value] : values) record->Set(property, value);
  life->changed = true;
  Become(life.get(), std::move(record), NowMs());
  return true;
}

bool Scene::RemoveJob(const JobName& name) {
  const Lock lock = LockNow();
  const LifePtr life = FindLife(name);
  if (life == nullptr) return false;
  for (auto step = agenda_.begin(); step != agenda_.end();) {
    step = step->second.first == life ? agenda_.erase(step) : std::next(step);
  }
  Become(life.get(), nullptr, NowMs());
  Forget(life.get());
  return true;
}

uint32_t Scene::CancelJob(const Job& job, JobState state) {
  const OwnAllocations own;
  const Lock lock = LockNow();
  const auto found = std::find_if(lives_.begin(), lives_.end(),
                                  [&](const LifePtr& life) { return life->job.get() == &job; });
  RecordPtr record;
  const uint32_t result = EndJob(found == lives_.end() ? nullptr : (*found)->now, state, &record);
  if (record == nullptr) return result;
  (*found)->changed = true;
  Become(found->get(), std::move(record), NowMs());
  return result;
}

HRESULT Scene::Subscribe(EventQuery query, LocationPtr location,
                         std::shared_ptr<Subscription>* subscription) {
  // Documented for too much precision in the delivery of events, which asks for a larger tolerance.
  if (rules_.needs_within && query.within_ms().value_or(0) == 0) return WBEMESS_E_REGISTRATION_TOO_PRECISE;
  const Lock lock = LockNow();
  if (stopped_) return WBEM_E_SHUTTING_DOWN;
  if (subscriptions_.size() >= rules_.max_subscriptions) return WBEM_E_QUOTA_VIOLATION;
  *subscription = std::make_shared<Subscription>(std::move(query), std::move(location), rules_, NowMs());
  subscriptions_.push_back(*subscription);
  return S_OK;
}

HRESULT Scene::Read(Subscription* subscription, std::optional<uint32_t> timeout_ms, size_t count,
                    std::vector<Change>* events) {
  Lock lock(mutex_);
  const double deadline = timeout_ms ? NowMs() + *timeout_ms : kNever;
  for (;;) {
    const double now = NowMs();
    AdvanceTo(now);
    if (FAILED(subscription->status())) return subscription->status();
    subscription->Take(count - events->size(), events);
    if (events->size() == count) return WBEM_S_NO_ERROR;
    if (now >= deadline) return WBEM_S_TIMEDOUT;
    WaitUntil(&lock, std::min({deadline, NextStepMs(), NextPollMs()}));
  }
}

HRESULT Scene::EndSubscription(Subscription* subscription, HRESULT status) {
  const Lock lock = LockNow();
  subscription->Fail(status);
  if (Remove(*subscription)) changed_.notify_all();
  return subscription->status();
}

// Nobody reads it any more: those who wait for others need not be woken.
void Scene::ReleaseSubscription(const Subscription& subscription) {
  const Lock lock = LockNow();
  Remove(subscription);
}

bool Scene::Remove(const Subscription& subscription) {
  const auto found = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                                  [&](const auto& each) { return each.get() == &subscription; });
  if (found == subscriptions_.end()) return false;
  dropped_before_ += subscription.dropped();
  subscriptions_.erase(found);
  return true;
}

void Scene::EndSubscriptions(HRESULT status) {
  const Lock lock = LockNow();
  for (const auto& subscription : subscriptions_) {
    subscription->Fail(status);
    dropped_before_ += subscription->dropped();
  }
  subscriptions_.clear();
  changed_.notify_all();
}

void Scene::Stop() {
  {
    const Lock lock = LockNow();
    stopped_ = true;
  }
  EndSubscriptions(WBEM_E_SHUTTING_DOWN);
}

std::vector<SubscriptionReport> Scene::Subscriptions() {
  std::vector<SubscriptionReport> reports;
  const Lock lock = LockNow();
  for (const auto& each : subscriptions_) {
    reports.push_back({each->query_text(), each->waiting(), each->dropped()});
  }
  return reports;
}

size_t Scene::DroppedEvents() {
  const Lock lock = LockNow();
  size_t dropped = dropped_before_;
  for (const auto& each : subscriptions_) dropped += each->dropped();
  return dropped;
}

}  // namespace simulator
