#include "event.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "class_object.h"

namespace simulator {
namespace {

// The part of the system classes that leads to the three events, each with what it declares itself.
ClassTable MakeEventClasses() {
  struct Source {
    const wchar_t* name;
    const wchar_t* superclass;  // null for none
    std::vector<std::pair<const wchar_t*, CIMTYPE>> properties;
  };
  const Source sources[] = {
      {L"__SystemClass", nullptr, {}},
      {L"__IndicationRelated", L"__SystemClass", {}},
      {L"__Event",
       L"__IndicationRelated",
       {{L"SECURITY_DESCRIPTOR", CIM_UINT8 | CIM_FLAG_ARRAY}, {L"TIME_CREATED", CIM_UINT64}}},
      {L"__InstanceOperationEvent", L"__Event", {{L"TargetInstance", CIM_OBJECT}}},
      {L"__InstanceCreationEvent", L"__InstanceOperationEvent", {}},
      {L"__InstanceModificationEvent", L"__InstanceOperationEvent", {{L"PreviousInstance", CIM_OBJECT}}},
      {L"__InstanceDeletionEvent", L"__InstanceOperationEvent", {}},
  };
  ClassTable table;
  for (const Source& source : sources) {
    ClassDef own;
    own.name = source.name;
    if (source.superclass != nullptr) own.superclass = table.Find(source.superclass);
    for (const auto& [name, type] : source.properties)
      own.properties.push_back({name, type, own.name, false});
    table.Add(std::move(own));
  }
  return table;
}

const ClassTable& EventClasses() {
  static const ClassTable kClasses = MakeEventClasses();
  return kClasses;
}

ClassPtr ClassOf(const Change& change) {
  if (change.before == nullptr) return EventClasses().Find(L"__InstanceCreationEvent");
  if (change.after == nullptr) return EventClasses().Find(L"__InstanceDeletionEvent");
  return EventClasses().Find(L"__InstanceModificationEvent");
}

Variant Embed(RecordPtr record, const LocationPtr& location) {
  return Variant::Object(static_cast<IWbemClassObject*>(MakeObject(std::move(record), location).Detach()));
}

}  // namespace

bool IsEvent(const Change& change) {
  if (change.before == nullptr || change.after == nullptr) return change.before != change.after;
  return !SameValues(*change.before, *change.after);
}

bool IsEventOf(const Change& change, std::wstring_view ancestor) { return ClassOf(change)->IsA(ancestor); }

bool IsEventClass(std::wstring_view name) {
  const ClassPtr cls = EventClasses().Find(name);
  return cls != nullptr && cls->IsA(L"__InstanceOperationEvent");
}

const RecordPtr& TargetOf(const Change& change) {
  return change.after == nullptr ? change.before : change.after;
}

const Record* PreviousOf(const Change& change) {
  return change.after == nullptr ? nullptr : change.before.get();
}

RecordPtr MakeEvent(const Change& change, uint64_t created, const LocationPtr& location) {
  auto event = std::make_shared<Record>(ClassOf(change));
  event->Set(L"TIME_CREATED", Variant::String(std::to_wstring(created)));
  event->Set(L"TargetInstance", Embed(TargetOf(change), location));
  if (PreviousOf(change) != nullptr) event->Set(L"PreviousInstance", Embed(change.before, location));
  return event;
}

}  // namespace simulator
