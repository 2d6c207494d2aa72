#include "world.h"

#include <algorithm>

#include "extended_status.h"
#include "text.h"

namespace simulator {
namespace {

bool HasKeys(const Record& record, const std::vector<PathKey>& keys) {
  return std::all_of(keys.begin(), keys.end(), [&](const PathKey& key) {
    const VARIANT& value = record[key.name].Raw();
    return value.vt == VT_BSTR && EqualsNoCase(View(value.bstrVal), key.value);
  });
}

}  // namespace

World::World(Scenario scenario)
    : scenario_(std::move(scenario)), faults_(scenario_.faults), log_(scenario_.record_calls) {}

double World::NowMs() const {
  return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
}

HRESULT World::Enter(const Call& call) {
  ClearExtendedStatus();
  log_.Add(call);
  const Verdict verdict = faults_.Judge(call.operation, call.method.value_or(L""));
  if (verdict.hang_ms != 0) ::Sleep(verdict.hang_ms);
  if (verdict.failure == nullptr) return S_OK;
  return Fail({verdict.failure->status, NameOf(call.operation).wmi, call.path.value_or(L""), L"Simulator",
               verdict.failure->description});
}

std::vector<RecordPtr> World::Instances(const ClassDef& cls, bool deep) const {
  const double now = NowMs();
  std::vector<RecordPtr> found;
  const auto add = [&](RecordPtr record) {
    if (record == nullptr) return;
    const bool wanted = deep ? record->cls->IsA(cls.name) : EqualsNoCase(record->cls->name, cls.name);
    if (wanted) found.push_back(std::move(record));
  };
  for (const auto& job : scenario_.jobs) add(job->At(now));
  for (const RecordPtr& instance : scenario_.instances) add(instance);
  return found;
}

std::optional<Target> World::Find(const ClassDef& cls, const std::vector<PathKey>& keys) const {
  const double now = NowMs();
  const auto matches = [&](const RecordPtr& record) {
    return record != nullptr && EqualsNoCase(record->cls->name, cls.name) && HasKeys(*record, keys);
  };
  for (const auto& job : scenario_.jobs) {
    RecordPtr record = job->At(now);
    if (matches(record)) return Target{std::move(record), job.get()};
  }
  for (const RecordPtr& instance : scenario_.instances) {
    if (matches(instance)) return Target{instance, nullptr};
  }
  return std::nullopt;
}

}  // namespace simulator
