// Everything a scenario describes: classes, jobs with their timelines, other instances, faults. It knows the
// state at any time since the start; all COM objects of a connection share it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "call_log.h"
#include "class_table.h"
#include "fault.h"
#include "job.h"
#include "object_path.h"
#include "record.h"

namespace simulator {

// What a scenario consists of, as read from JavaScript.
struct Scenario {
  std::wstring computer;
  bool namespace_missing;
  bool record_calls;
  ClassTable classes;
  std::vector<std::unique_ptr<Job>> jobs;
  std::vector<RecordPtr> instances;  // without a timeline
  std::vector<Fault> faults;
};

// An instance a method is called on.
struct Target {
  RecordPtr record;
  Job* job;  // null for an instance that is no job
};

// Thread-safe. Time zero is its construction.
class World {
 public:
  explicit World(Scenario scenario);

  const std::wstring& computer() const { return scenario_.computer; }
  bool namespace_missing() const { return scenario_.namespace_missing; }
  const ClassTable& classes() const { return scenario_.classes; }
  const CallLog& log() const { return log_; }

  double NowMs() const;

  // The start of every operation: logs the call, then lets the scenario's faults have it, with their wait. A
  // failure comes with its extended status.
  HRESULT Enter(const Call& call);

  // What exists now of a class, its subclasses included if `deep`.
  std::vector<RecordPtr> Instances(const ClassDef& cls, bool deep) const;

  // The instance of exactly that class which has those keys; none when there is none now.
  std::optional<Target> Find(const ClassDef& cls, const std::vector<PathKey>& keys) const;

 private:
  using Clock = std::chrono::steady_clock;

  const Scenario scenario_;
  const Clock::time_point start_ = Clock::now();
  FaultPlan faults_;
  CallLog log_;
};

}  // namespace simulator
