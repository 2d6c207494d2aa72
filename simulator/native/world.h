// The simulated host: classes, what happens on its scene, faults, and which connections to it still stand.
// All COM objects of a scenario share it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mutex.h"
#include "blanket.h"
#include "call_log.h"
#include "class_table.h"
#include "fault.h"
#include "record.h"
#include "scene.h"
#include "scripted_methods.h"

namespace simulator {

// What a scenario consists of, as read from JavaScript.
struct Scenario {
  std::wstring computer;
  bool namespace_missing;
  bool record_calls;
  bool record_blankets;
  ClassTable classes;
  std::vector<PlannedJob> jobs;
  std::vector<RecordPtr> instances;  // without a timeline
  std::vector<MethodPlan> methods;
  std::vector<Fault> faults;
  EventRules events;
};

// Thread-safe. Time zero is its construction.
class World {
 public:
  explicit World(Scenario scenario);

  const std::wstring& computer() const { return computer_; }
  bool namespace_missing() const { return namespace_missing_; }
  const ClassTable& classes() const { return classes_; }
  Scene& scene() { return scene_; }
  ScriptedMethods& methods() { return methods_; }
  const CallLog& log() const { return log_; }
  BlanketLog& blankets() { return blankets_; }

  // The start of every operation: logs the call, then lets the scenario's faults have it, with their wait,
  // and fails if the connection is lost. A failure comes with its extended status. `generation` is that of
  // the caller's connection; none for the call that makes one.
  HRESULT Enter(const Call& call, std::optional<size_t> generation);

  // The generation of a connection that is made now: those of one generation are lost together.
  size_t Generation() const;
  // All connections made so far, and what was got through them, fail with this status from now on.
  void DisconnectAll(HRESULT status);
  // Ends every wait, and the subscriptions; everything else goes on.
  void Stop();

 private:
  // Of a connection; under the lock. S_OK while it stands.
  HRESULT StatusOf(std::optional<size_t> generation) const;
  // A fault's wait: until its end, the loss of the connection or the stop.
  void Pause(uint32_t ms, std::optional<size_t> generation);

  const std::wstring computer_;
  const bool namespace_missing_;
  const ClassTable classes_;
  Scene scene_;
  ScriptedMethods methods_;
  FaultPlan faults_;
  CallLog log_;
  BlanketLog blankets_;

  // Guards what follows.
  mutable Mutex mutex_;
  ConditionVariable changed_;
  bool stopped_ = false;
  std::vector<HRESULT> losses_;  // what ended each generation but the present one
};

// One client's connection, shared by everything it got through it.
struct Connection {
  std::shared_ptr<World> world;
  LocationPtr location;
  size_t generation;

  HRESULT Enter(const Call& call) const { return world->Enter(call, generation); }
};

}  // namespace simulator
