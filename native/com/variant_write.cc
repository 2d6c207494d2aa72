#include "com/variant_write.h"

#include <cmath>

#include "com/com_failure.h"

namespace hje {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;

struct IntegerType {
  CIMTYPE type;
  VARTYPE vt;  // what WMI carries the type in
  const char* name;
  double min;
  double max;
};

// sint8 travels as VT_I2 and uint16/uint32 as VT_I4 (documented); 64-bit integers travel as text, below. The
// two 32-bit types take each other's range, since VT_I4 carries the same bits: Wine declares StdRegProv's
// hDefKey as sint32, and its values are written 0x80000002.
constexpr IntegerType kIntegerTypes[] = {
    {CIM_SINT8, VT_I2, "sint8", -128, 127},
    {CIM_UINT8, VT_UI1, "uint8", 0, 255},
    {CIM_SINT16, VT_I2, "sint16", -32768, 32767},
    {CIM_UINT16, VT_I4, "uint16", 0, 65535},
    {CIM_SINT32, VT_I4, "sint32 or uint32", -2147483648.0, 4294967295.0},
    {CIM_UINT32, VT_I4, "sint32 or uint32", -2147483648.0, 4294967295.0},
};

const IntegerType* FindIntegerType(CIMTYPE type) {
  for (const IntegerType& entry : kIntegerTypes) {
    if (entry.type == type) return &entry;
  }
  return nullptr;
}

[[noreturn]] void Expected(const std::u16string& name, const char* what) {
  throw ArgumentFailure("IWbemClassObject::Put", u"expected " + Ascii(what) + u" for in-parameter " + name);
}

void PutInteger(const Value& value, const IntegerType& type, const std::u16string& name, VARIANT* out) {
  const double* number = std::get_if<double>(&value.data);
  if (number == nullptr || *number != std::floor(*number) || *number < type.min || *number > type.max) {
    Expected(name, (std::string("an integer in the range of ") + type.name).c_str());
  }
  const int64_t bits = static_cast<int64_t>(*number);
  switch (type.vt) {
    case VT_UI1:
      out->bVal = static_cast<BYTE>(bits);
      break;
    case VT_I2:
      out->iVal = static_cast<SHORT>(bits);
      break;
    default:
      out->lVal = static_cast<LONG>(bits);
      break;
  }
  out->vt = type.vt;
}

void PutText(const std::u16string& text, VARIANT* out) {
  out->bstrVal = Bstr(text).Detach();
  out->vt = VT_BSTR;
}

void PutInteger64(const Value& value, bool is_signed, const std::u16string& name, VARIANT* out) {
  const char* expected = is_signed ? "a bigint in the range of sint64" : "a bigint in the range of uint64";
  std::string text;
  if (const auto* unsigned64 = std::get_if<uint64_t>(&value.data)) {
    if (is_signed && *unsigned64 > static_cast<uint64_t>(INT64_MAX)) Expected(name, expected);
    text = std::to_string(*unsigned64);
  } else if (const auto* signed64 = std::get_if<int64_t>(&value.data)) {
    if (!is_signed && *signed64 < 0) Expected(name, expected);
    text = std::to_string(*signed64);
  } else if (const auto* number = std::get_if<double>(&value.data)) {
    if (*number != std::floor(*number) || std::fabs(*number) > kMaxSafeInteger ||
        (!is_signed && *number < 0)) {
      Expected(name, expected);
    }
    text = std::to_string(static_cast<int64_t>(*number));
  } else {
    Expected(name, expected);
  }
  PutText(Ascii(text), out);
}

void PutChar16(const Value& value, const std::u16string& name, VARIANT* out) {
  const auto* text = std::get_if<std::u16string>(&value.data);
  if (text == nullptr || text->size() != 1) Expected(name, "a string of one UTF-16 unit");
  out->iVal = static_cast<SHORT>((*text)[0]);
  out->vt = VT_I2;
}

void PutReal(const Value& value, CIMTYPE type, const std::u16string& name, VARIANT* out) {
  const double* number = std::get_if<double>(&value.data);
  if (number == nullptr) Expected(name, "a number");
  if (type == CIM_REAL32) {
    out->fltVal = static_cast<float>(*number);
    out->vt = VT_R4;
  } else {
    out->dblVal = *number;
    out->vt = VT_R8;
  }
}

// `out` is empty on entry and owns the result.
void PutScalar(const Value& value, CIMTYPE type, const std::u16string& name, VARIANT* out) {
  if (const IntegerType* integer = FindIntegerType(type)) {
    PutInteger(value, *integer, name, out);
    return;
  }
  switch (type) {
    case CIM_STRING:
    case CIM_DATETIME:
    case CIM_REFERENCE: {
      const auto* text = std::get_if<std::u16string>(&value.data);
      if (text == nullptr) Expected(name, "a string");
      PutText(*text, out);
      return;
    }
    case CIM_BOOLEAN: {
      const bool* flag = std::get_if<bool>(&value.data);
      if (flag == nullptr) Expected(name, "a boolean");
      out->boolVal = *flag ? VARIANT_TRUE : VARIANT_FALSE;
      out->vt = VT_BOOL;
      return;
    }
    case CIM_SINT64:
    case CIM_UINT64:
      PutInteger64(value, type == CIM_SINT64, name, out);
      return;
    case CIM_REAL32:
    case CIM_REAL64:
      PutReal(value, type, name, out);
      return;
    case CIM_CHAR16:
      PutChar16(value, name, out);
      return;
    default:
      Expected(name, "no value: embedded objects cannot be passed");
  }
}

VARTYPE ElementType(CIMTYPE type, const std::u16string& name) {
  if (const IntegerType* integer = FindIntegerType(type)) return integer->vt;
  switch (type) {
    case CIM_BOOLEAN:
      return VT_BOOL;
    case CIM_REAL32:
      return VT_R4;
    case CIM_REAL64:
      return VT_R8;
    case CIM_CHAR16:
      return VT_I2;
    case CIM_STRING:
    case CIM_DATETIME:
    case CIM_REFERENCE:
    case CIM_SINT64:
    case CIM_UINT64:
      return VT_BSTR;
    default:
      Expected(name, "no value: embedded objects cannot be passed");
  }
}

// SafeArrayPutElement copies a BSTR, so the scalar's own stays with its owner. A null string item is left as
// the NULL BSTR that a new vector holds.
void PutItem(SAFEARRAY* array, LONG index, const Value& item, CIMTYPE type, VARTYPE element,
             const std::u16string& name) {
  if (std::holds_alternative<std::monostate>(item.data)) {
    if (element != VT_BSTR) Expected(name, "an array without null items");
    return;
  }
  Variant scalar;
  PutScalar(item, type, name, scalar.Ptr());
  void* source = element == VT_BSTR ? static_cast<void*>(scalar.Get().bstrVal) : &scalar.Ptr()->llVal;
  Check(SafeArrayPutElement(array, &index, source), "SafeArrayPutElement");
}

void PutArray(const Value& value, CIMTYPE type, const std::u16string& name, VARIANT* out) {
  const auto* items = std::get_if<Value::Array>(&value.data);
  if (items == nullptr) Expected(name, "an array");
  const VARTYPE element = ElementType(type, name);
  SafeArray array(SafeArrayCreateVector(element, 0, static_cast<ULONG>(items->size())));
  LONG index = 0;
  for (const Value& item : *items) PutItem(array.Get(), index++, item, type, element, name);
  out->parray = array.Detach();
  out->vt = static_cast<VARTYPE>(VT_ARRAY | element);
}

}  // namespace

void WriteVariant(const Value& value, CIMTYPE type, const std::u16string& name, Variant* variant) {
  VARIANT* out = variant->Out();
  if (std::holds_alternative<std::monostate>(value.data)) {
    out->vt = VT_NULL;
  } else if ((type & CIM_FLAG_ARRAY) != 0) {
    PutArray(value, type & ~CIM_FLAG_ARRAY, name, out);
  } else {
    PutScalar(value, type, name, out);
  }
}

}  // namespace hje
