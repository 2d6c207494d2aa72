// Turns in-parameters into the VARIANTs that WMI expects for their CIM types. Worker threads only (MTA).
#pragma once

#include "com/com_raii.h"
#include "data/cim_value.h"

namespace hje {

// Writes `value` as a VARIANT of the CIM type of a method's in-parameter. Throws an argument Failure that
// says what was expected when the value does not fit. `variant` owns what it holds afterwards.
void WriteVariant(const Value& value, CIMTYPE type, const std::u16string& name, Variant* variant);

}  // namespace hje
