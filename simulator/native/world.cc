#include "world.h"

#include <chrono>
#include <utility>

#include "extended_status.h"

namespace simulator {

World::World(Scenario scenario)
    : computer_(std::move(scenario.computer)),
      namespace_missing_(scenario.namespace_missing),
      classes_(std::move(scenario.classes)),
      scene_(std::move(scenario.jobs), std::move(scenario.instances), scenario.events),
      methods_(std::move(scenario.methods)),
      faults_(std::move(scenario.faults)),
      log_(scenario.record_calls),
      blankets_(scenario.record_blankets) {}

HRESULT World::Enter(const Call& call, std::optional<size_t> generation) {
  ClearExtendedStatus();
  log_.Add(call);
  const auto fail = [&](HRESULT status, std::wstring_view description) {
    return Fail({status, NameOf(call.operation).wmi, call.path.value_or(L""), L"Simulator", description});
  };
  const Verdict verdict = faults_.Judge(call);
  if (verdict.hang_ms != 0) Pause(verdict.hang_ms, generation);
  {
    const std::lock_guard<Mutex> lock(mutex_);
    const HRESULT lost = StatusOf(generation);
    if (FAILED(lost)) return fail(lost, L"");
  }
  if (verdict.failure == nullptr) return S_OK;
  return fail(verdict.failure->status, verdict.failure->description);
}

size_t World::Generation() const {
  const std::lock_guard<Mutex> lock(mutex_);
  return losses_.size();
}

HRESULT World::StatusOf(std::optional<size_t> generation) const {
  return generation && *generation < losses_.size() ? losses_[*generation] : S_OK;
}

void World::Pause(uint32_t ms, std::optional<size_t> generation) {
  std::unique_lock<Mutex> lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms),
                    [&] { return stopped_ || FAILED(StatusOf(generation)); });
}

void World::DisconnectAll(HRESULT status) {
  {
    const std::lock_guard<Mutex> lock(mutex_);
    losses_.push_back(status);
    changed_.notify_all();
  }
  scene_.EndSubscriptions(status);
}

void World::Stop() {
  {
    const std::lock_guard<Mutex> lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  scene_.Stop();
}

}  // namespace simulator
