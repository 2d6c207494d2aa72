// Copies VARIANTs and IWbemClassObjects into plain data. Worker threads only (MTA).
#pragma once

#include "cim_value.h"
#include "com_raii.h"

namespace hje {

// Reads a VARIANT by the CIM type that `Get` or `Next` gave with it: the type chooses sign and width.
// VT_NULL, VT_EMPTY and an array without a SAFEARRAY are NULL. Throws a protocol Failure when the VARIANT
// does not hold what its CIM type is documented to arrive as. The caller keeps the VARIANT.
Value ReadVariant(const VARIANT& variant, CIMTYPE type, const wchar_t* name);

// Copies all properties except the system's; throws a Failure.
CimProperties ReadProperties(IWbemClassObject* object);

// Copies __RELPATH, __CLASS and all properties except the system's; throws a Failure.
CimObject ReadObject(IWbemClassObject* object);

// One property by name, or no value when the object has none of that name; throws a Failure otherwise.
std::optional<CimProperty> ReadProperty(IWbemClassObject* object, const std::u16string& name);

}  // namespace hje
