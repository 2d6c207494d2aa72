#include "cim_types.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <cwchar>
#include <limits>
#include <string>

namespace simulator {
namespace {

// https://learn.microsoft.com/windows/win32/wmisdk/numbers and the CIMTYPE_ENUMERATION page.
constexpr CimTypeInfo kTypes[] = {
    {L"boolean", CIM_BOOLEAN, VT_BOOL},     {L"string", CIM_STRING, VT_BSTR},
    {L"char16", CIM_CHAR16, VT_I2},         {L"uint8", CIM_UINT8, VT_UI1},
    {L"uint16", CIM_UINT16, VT_I4},         {L"uint32", CIM_UINT32, VT_I4},
    {L"uint64", CIM_UINT64, VT_BSTR},       {L"sint8", CIM_SINT8, VT_I2},
    {L"sint16", CIM_SINT16, VT_I2},         {L"sint32", CIM_SINT32, VT_I4},
    {L"sint64", CIM_SINT64, VT_BSTR},       {L"real32", CIM_REAL32, VT_R4},
    {L"real64", CIM_REAL64, VT_R8},         {L"datetime", CIM_DATETIME, VT_BSTR},
    {L"reference", CIM_REFERENCE, VT_BSTR}, {L"object", CIM_OBJECT, VT_UNKNOWN},
};

// Decimal or 0x hex within 64 bits.
bool IsInteger64(BSTR text, bool is_signed) {
  const std::wstring copy(View(text));
  const bool negative = !copy.empty() && copy[0] == L'-';
  if (negative && !is_signed) return false;
  const size_t start = negative ? 1 : 0;
  const bool hex = copy.compare(start, 2, L"0x") == 0 || copy.compare(start, 2, L"0X") == 0;
  const std::wstring digits = copy.substr(start + (hex ? 2 : 0));
  const wchar_t* allowed = hex ? L"0123456789abcdefABCDEF" : L"0123456789";
  if (digits.empty() || digits.find_first_not_of(allowed) != std::wstring::npos) return false;
  errno = 0;
  const unsigned long long magnitude = std::wcstoull(digits.c_str(), nullptr, hex ? 16 : 10);
  if (errno == ERANGE) return false;
  if (!is_signed) return true;
  const auto limit = static_cast<unsigned long long>(std::numeric_limits<long long>::max());
  return magnitude <= (negative ? limit + 1 : limit);
}

// The 25 characters of a timestamp `yyyymmddHHMMSS.mmmmmmsUUU` or of an interval `ddddddddHHMMSS.mmmmmm:000`.
bool IsDateTime(BSTR text) {
  const std::wstring_view view = View(text);
  if (view.size() != 25 || view[14] != L'.' || std::wstring_view(L"+-:").find(view[21]) == view.npos)
    return false;
  for (size_t i = 0; i < view.size(); ++i) {
    if (i != 14 && i != 21 && view[i] != L'*' && (view[i] < L'0' || view[i] > L'9')) return false;
  }
  return true;
}

bool IsObject(IUnknown* unknown) {
  if (unknown == nullptr) return false;
  ComPtr<IWbemClassObject> object;
  return SUCCEEDED(
      unknown->QueryInterface(__uuidof(IWbemClassObject), reinterpret_cast<void**>(object.Receive())));
}

// `item` has the VARIANT type of `type` already.
bool IsInRange(CIMTYPE type, const VARIANT& item) {
  switch (type) {
    case CIM_SINT8:
      return item.iVal >= -128 && item.iVal <= 127;
    case CIM_UINT16:
      return item.lVal >= 0 && item.lVal <= 0xFFFF;
    case CIM_SINT64:
      return IsInteger64(item.bstrVal, true);
    case CIM_UINT64:
      return IsInteger64(item.bstrVal, false);
    case CIM_DATETIME:
      return IsDateTime(item.bstrVal);
    case CIM_OBJECT:
      return IsObject(item.punkVal);
    default:
      return true;
  }
}

// One item as a VARIANT that borrows from the array; the caller must not clear it.
VARIANT Borrow(const SAFEARRAY& array, VARTYPE vt, ULONG index) {
  VARIANT item;
  ::VariantInit(&item);
  item.vt = vt;
  const auto* bytes = static_cast<const BYTE*>(array.pvData) + static_cast<size_t>(index) * array.cbElements;
  std::memcpy(static_cast<void*>(&item.byref), bytes, array.cbElements);
  return item;
}

}  // namespace

const CimTypeInfo* FindCimType(std::wstring_view name) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const CimTypeInfo& type) { return name == type.name; });
  return found == std::end(kTypes) ? nullptr : found;
}

VARTYPE VariantTypeOf(CIMTYPE type) {
  const CIMTYPE element = type & ~CIM_FLAG_ARRAY;
  for (const CimTypeInfo& info : kTypes) {
    if (info.cim == element)
      return static_cast<VARTYPE>(info.vt | ((type & CIM_FLAG_ARRAY) != 0 ? VT_ARRAY : 0));
  }
  return VT_EMPTY;
}

bool IsValueOf(CIMTYPE type, const VARIANT& value) {
  if (value.vt == VT_NULL) return true;
  if (value.vt != VariantTypeOf(type)) return false;
  if ((type & CIM_FLAG_ARRAY) == 0) return IsInRange(type, value);

  const CIMTYPE element = type & ~CIM_FLAG_ARRAY;
  const SAFEARRAY* array = value.parray;
  if (array == nullptr || array->cDims != 1) return false;
  // The array must say of itself what the VARIANT says of it.
  VARTYPE declared = VT_EMPTY;
  if (FAILED(::SafeArrayGetVartype(value.parray, &declared)) || declared != VariantTypeOf(element))
    return false;
  for (ULONG i = 0; i < array->rgsabound[0].cElements; ++i) {
    const VARIANT item = Borrow(*array, declared, i);
    const bool is_null_string = declared == VT_BSTR && item.bstrVal == nullptr;
    if (!is_null_string && !IsInRange(element, item)) return false;
  }
  return true;
}

}  // namespace simulator
