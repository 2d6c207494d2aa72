// The one table of CIM types: name, CIMTYPE, and the VARIANT type WMI delivers and takes.
#pragma once

#include <windows.h>

#include <wbemidl.h>

#include <string_view>

#include "com_raii.h"

namespace simulator {

struct CimTypeInfo {
  const wchar_t* name;
  CIMTYPE cim;
  VARTYPE vt;
};

// By name as in MOF, e.g. `uint16`; nullptr for an unknown one.
const CimTypeInfo* FindCimType(std::wstring_view name);

// The VARIANT type of a CIM type; an array type gives VT_ARRAY | element.
VARTYPE VariantTypeOf(CIMTYPE type);

// Whether a VARIANT is a value of the type as a client must send it: the exact VARIANT type, a number within
// the CIM type's range, a well-formed text for 64-bit integers and datetimes. VT_NULL is a value of each
// type.
bool IsValueOf(CIMTYPE type, const VARIANT& value);

}  // namespace simulator
