// Copies VARIANTs and IWbemClassObjects into plain data. Worker threads only (MTA).
#pragma once

#include "com/com_raii.h"
#include "data/cim_value.h"

namespace hje {

// A VARIANT is read by the CIM type that `Get` or `Next` gave with it: the type chooses sign and width.
// VT_NULL, VT_EMPTY and an array without a SAFEARRAY are NULL. A value that does not hold what its CIM type
// is documented to arrive as makes its property kUnreadable and fails nothing else. Microsoft Learn,
// "IWbemClassObject::Get method (wbemcli.h)",
// https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemclassobject-get, and "Numbers",
// https://learn.microsoft.com/windows/win32/wmisdk/numbers

// Copies all properties except the system's; throws a Failure.
CimProperties ReadProperties(IWbemClassObject* object);

// Copies __RELPATH, __CLASS and all properties except the system's; throws a Failure.
CimObject ReadObject(IWbemClassObject* object);

// One property by name, or no value when the object has none of that name; throws a Failure otherwise.
std::optional<CimProperty> ReadProperty(IWbemClassObject* object, const std::u16string& name);

}  // namespace hje
