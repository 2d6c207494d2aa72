// Intrinsic events: what WMI says about an instance that appears, changes or goes.
// https://learn.microsoft.com/windows/win32/wmisdk/--instanceoperationevent
#pragma once

#include <cstdint>
#include <string_view>

#include "record.h"

namespace simulator {

// What happened to one instance: null `before` is its creation, null `after` its deletion.
struct Change {
  double at_ms;
  RecordPtr before;
  RecordPtr after;
};

// False when nothing came, went or got another value: such a change raises no event.
bool IsEvent(const Change& change);

// The class of the change's event, and whether an event of it is one of the named class: `ancestor` may be a
// superclass such as `__InstanceOperationEvent`.
bool IsEventOf(const Change& change, std::wstring_view ancestor);

// The name of an event class a query can ask for, in whatever case.
bool IsEventClass(std::wstring_view name);

// The instance as it is now; as it was last for a deletion.
const RecordPtr& TargetOf(const Change& change);
// As it was before a modification; null otherwise.
const Record* PreviousOf(const Change& change);

// The event as a client gets it. `created` is a FILETIME in one number.
RecordPtr MakeEvent(const Change& change, uint64_t created, const LocationPtr& location);

}  // namespace simulator
