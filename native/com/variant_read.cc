// Longer than most files: one function for each way in which a VARIANT may hold a CIM type.
#include "com/variant_read.h"

#include <cstdio>
#include <limits>

#include "com/com_failure.h"

namespace hje {
namespace {

// Embedded objects nest; a cyclic or hostile one must not exhaust the stack.
constexpr int kMaxObjectDepth = 16;

CimObject ReadObjectAt(IWbemClassObject* object, int depth);

// Why one value cannot be read. It stays within this file and fails no other property.
struct Unreadable {
  std::u16string reason;
};

[[noreturn]] void Refuse(CIMTYPE type, const VARIANT& variant) {
  throw Unreadable{u"the value of CIM type " + Ascii(std::to_string(type)) + u" came as VARIANT type " +
                   Ascii(std::to_string(variant.vt))};
}

// A call on the value itself: nothing but the value can be at fault.
void CheckValue(HRESULT hr, const char* operation) {
  if (SUCCEEDED(hr)) return;
  char code[] = "0x00000000";
  snprintf(code, sizeof(code), "0x%08lX", static_cast<unsigned long>(hr));
  throw Unreadable{Ascii(operation) + u" failed with " + Ascii(code)};
}

// The VARIANT's own bits as a signed number; the CIM type decides afterwards how wide and whether signed.
std::optional<int64_t> IntegerBits(const VARIANT& v) {
  switch (v.vt) {
    case VT_I1:
      return v.cVal;
    case VT_UI1:
      return v.bVal;
    case VT_I2:
      return v.iVal;
    case VT_UI2:
      return v.uiVal;
    case VT_I4:
    case VT_INT:
      return v.lVal;
    case VT_UI4:
    case VT_UINT:
      return v.ulVal;
    default:
      return std::nullopt;
  }
}

// Decimal or 0x hex; the whole text must be the number and fit. Magnitude and sign are kept apart so that
// both 64-bit ranges are covered.
bool ParseInteger(BSTR text, bool* negative, uint64_t* magnitude) {
  const UINT length = SysStringLen(text);
  UINT at = 0;
  *negative = length > 0 && text[0] == L'-';
  if (*negative) at = 1;
  unsigned base = 10;
  if (length >= at + 2 && text[at] == L'0' && (text[at + 1] == L'x' || text[at + 1] == L'X')) {
    base = 16;
    at += 2;
  }
  if (at == length) return false;
  *magnitude = 0;
  for (; at < length; ++at) {
    const wchar_t c = text[at];
    unsigned digit;
    if (c >= L'0' && c <= L'9') {
      digit = static_cast<unsigned>(c - L'0');
    } else if (base == 16 && c >= L'a' && c <= L'f') {
      digit = static_cast<unsigned>(c - L'a') + 10;
    } else if (base == 16 && c >= L'A' && c <= L'F') {
      digit = static_cast<unsigned>(c - L'A') + 10;
    } else {
      return false;
    }
    if (*magnitude > (std::numeric_limits<uint64_t>::max() - digit) / base) return false;
    *magnitude = *magnitude * base + digit;
  }
  return true;
}

std::optional<Value> ReadUint64(const VARIANT& v) {
  if (v.vt == VT_UI8) return Value{static_cast<uint64_t>(v.ullVal)};
  if (v.vt == VT_I8) return Value{static_cast<uint64_t>(v.llVal)};
  if (v.vt == VT_BSTR) {
    bool negative = false;
    uint64_t magnitude = 0;
    if (ParseInteger(v.bstrVal, &negative, &magnitude) && !negative) return Value{magnitude};
    return std::nullopt;
  }
  if (const auto bits = IntegerBits(v)) return Value{static_cast<uint64_t>(*bits)};
  return std::nullopt;
}

std::optional<Value> ReadSint64(const VARIANT& v) {
  if (v.vt == VT_UI8) return Value{static_cast<int64_t>(v.ullVal)};
  if (v.vt == VT_I8) return Value{static_cast<int64_t>(v.llVal)};
  if (v.vt == VT_BSTR) {
    bool negative = false;
    uint64_t magnitude = 0;
    const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    if (!ParseInteger(v.bstrVal, &negative, &magnitude) || magnitude > limit + (negative ? 1 : 0)) {
      return std::nullopt;
    }
    return Value{static_cast<int64_t>(negative ? 0 - magnitude : magnitude)};
  }
  if (const auto bits = IntegerBits(v)) return Value{*bits};
  return std::nullopt;
}

std::optional<Value> ReadSmallInteger(const VARIANT& v, CIMTYPE type) {
  const auto bits = IntegerBits(v);
  if (!bits) return std::nullopt;
  switch (type) {
    case CIM_SINT8:
      return Value{static_cast<double>(static_cast<int8_t>(*bits))};
    case CIM_UINT8:
      return Value{static_cast<double>(static_cast<uint8_t>(*bits))};
    case CIM_SINT16:
      return Value{static_cast<double>(static_cast<int16_t>(*bits))};
    case CIM_UINT16:
      return Value{static_cast<double>(static_cast<uint16_t>(*bits))};
    case CIM_SINT32:
      return Value{static_cast<double>(static_cast<int32_t>(*bits))};
    case CIM_UINT32:
      return Value{static_cast<double>(static_cast<uint32_t>(*bits))};
    default:  // CIM_CHAR16
      return Value{std::u16string(1, static_cast<char16_t>(*bits))};
  }
}

std::optional<Value> ReadEmbedded(const VARIANT& v, int depth) {
  if (v.vt != VT_UNKNOWN && v.vt != VT_DISPATCH) return std::nullopt;
  if (v.punkVal == nullptr) return Value{};
  ComPtr<IWbemClassObject> object;
  CheckValue(v.punkVal->QueryInterface(IID_PPV_ARGS(&object)), "IUnknown::QueryInterface(IWbemClassObject)");
  return Value{std::make_shared<const CimObject>(ReadObjectAt(object.Get(), depth + 1))};
}

std::optional<Value> ReadScalar(const VARIANT& v, CIMTYPE type, int depth) {
  if (v.vt == VT_NULL || v.vt == VT_EMPTY) return Value{};
  if (v.vt == VT_BSTR && v.bstrVal == nullptr) return Value{};
  switch (type) {
    case CIM_STRING:
    case CIM_DATETIME:
    case CIM_REFERENCE:
      if (v.vt != VT_BSTR) return std::nullopt;
      return Value{FromBstr(v.bstrVal)};
    case CIM_BOOLEAN:
      if (v.vt != VT_BOOL) return std::nullopt;
      return Value{v.boolVal != VARIANT_FALSE};
    case CIM_REAL32:
    case CIM_REAL64:
      if (v.vt == VT_R4) return Value{static_cast<double>(v.fltVal)};
      if (v.vt == VT_R8) return Value{v.dblVal};
      return std::nullopt;
    case CIM_UINT64:
      return ReadUint64(v);
    case CIM_SINT64:
      return ReadSint64(v);
    case CIM_OBJECT:
      return ReadEmbedded(v, depth);
    case CIM_SINT8:
    case CIM_UINT8:
    case CIM_SINT16:
    case CIM_UINT16:
    case CIM_SINT32:
    case CIM_UINT32:
    case CIM_CHAR16:
      return ReadSmallInteger(v, type);
    default:
      return std::nullopt;
  }
}

// Whether elements of this type can be put into a VARIANT by copying their bits: all but records and
// VARIANTs.
bool IsPlainElement(VARTYPE type) {
  switch (type) {
    case VT_I1:
    case VT_UI1:
    case VT_I2:
    case VT_UI2:
    case VT_I4:
    case VT_UI4:
    case VT_INT:
    case VT_UINT:
    case VT_I8:
    case VT_UI8:
    case VT_R4:
    case VT_R8:
    case VT_BOOL:
    case VT_BSTR:
    case VT_UNKNOWN:
    case VT_DISPATCH:
      return true;
    default:
      return false;
  }
}

Value ReadArray(const VARIANT& variant, CIMTYPE type, int depth) {
  if ((variant.vt & VT_BYREF) != 0) Refuse(type, variant);
  SAFEARRAY* array = variant.parray;
  if (array == nullptr) return Value{};
  if (SafeArrayGetDim(array) != 1) throw Unreadable{u"expected an array of one dimension"};
  VARTYPE element = VT_EMPTY;
  CheckValue(SafeArrayGetVartype(array, &element), "SafeArrayGetVartype");
  if (element != (variant.vt & VT_TYPEMASK) || !IsPlainElement(element)) Refuse(type, variant);
  LONG lower = 0;
  LONG upper = -1;
  CheckValue(SafeArrayGetLBound(array, 1, &lower), "SafeArrayGetLBound");
  CheckValue(SafeArrayGetUBound(array, 1, &upper), "SafeArrayGetUBound");  // inclusive
  const int64_t count = static_cast<int64_t>(upper) - lower + 1;
  const size_t size = SafeArrayGetElemsize(array);

  const SafeArrayData data(array);
  CheckValue(data.status(), "SafeArrayAccessData");
  Value::Array items;
  items.reserve(static_cast<size_t>(count < 0 ? 0 : count));
  for (int64_t i = 0; i < count; ++i) {
    // A view of the element: the array keeps what it points to, so it is never cleared.
    VARIANT view;
    VariantInit(&view);
    view.llVal = 0;
    if (size > sizeof(view.llVal)) Refuse(type, variant);
    memcpy(&view.llVal, data.As<const uint8_t>() + static_cast<size_t>(i) * size, size);
    view.vt = element;
    std::optional<Value> item = ReadScalar(view, type, depth);
    if (!item) Refuse(type, variant);
    items.push_back(std::move(*item));
  }
  return Value{std::move(items)};
}

Value ReadAt(const VARIANT& variant, CIMTYPE type, int depth) {
  if (variant.vt == VT_NULL || variant.vt == VT_EMPTY) return Value{};
  const bool array = (type & CIM_FLAG_ARRAY) != 0;
  if (array != ((variant.vt & VT_ARRAY) != 0)) Refuse(type, variant);
  const CIMTYPE element = type & ~CIM_FLAG_ARRAY;
  if (array) return ReadArray(variant, element, depth);
  std::optional<Value> value = ReadScalar(variant, element, depth);
  if (!value) Refuse(type, variant);
  return std::move(*value);
}

CimProperty ReadPropertyAt(std::u16string name, const VARIANT& variant, CIMTYPE type, int depth) {
  CimProperty property{std::move(name), static_cast<int32_t>(type), {}};
  try {
    property.value = ReadAt(variant, type, depth);
  } catch (Unreadable& unreadable) {
    property.type = kUnreadable;
    property.value = Value{std::move(unreadable.reason)};
  }
  return property;
}

CimProperties ReadPropertiesAt(IWbemClassObject* object, int depth) {
  CimProperties properties;
  Check(object->BeginEnumeration(WBEM_FLAG_NONSYSTEM_ONLY), "IWbemClassObject::BeginEnumeration");
  for (;;) {
    Bstr name;
    Variant value;
    CIMTYPE type = 0;
    const HRESULT hr = object->Next(0, name.Out(), value.Out(), &type, nullptr);
    Check(hr, "IWbemClassObject::Next");
    if (hr == WBEM_S_NO_MORE_DATA) break;
    if (name.Get() == nullptr) throw ProtocolFailure("IWbemClassObject::Next", u"a property without a name");
    properties.push_back(ReadPropertyAt(FromBstr(name.Get()), value.Get(), type, depth));
  }
  Check(object->EndEnumeration(), "IWbemClassObject::EndEnumeration");
  return properties;
}

CimObject ReadObjectAt(IWbemClassObject* object, int depth) {
  if (depth > kMaxObjectDepth) throw Unreadable{u"embedded objects are nested too deeply"};
  CimObject result;
  Variant value;
  Check(object->Get(L"__CLASS", 0, value.Out(), nullptr, nullptr), "IWbemClassObject::Get(__CLASS)");
  if (value.Get().vt == VT_BSTR) result.class_name = FromBstr(value.Get().bstrVal);
  Check(object->Get(L"__RELPATH", 0, value.Out(), nullptr, nullptr), "IWbemClassObject::Get(__RELPATH)");
  if (value.Get().vt == VT_BSTR && value.Get().bstrVal != nullptr) {
    result.path = FromBstr(value.Get().bstrVal);
  }
  result.properties = ReadPropertiesAt(object, depth);
  return result;
}

}  // namespace

CimProperties ReadProperties(IWbemClassObject* object) { return ReadPropertiesAt(object, 0); }

CimObject ReadObject(IWbemClassObject* object) { return ReadObjectAt(object, 0); }

std::optional<CimProperty> ReadProperty(IWbemClassObject* object, const std::u16string& name) {
  Variant value;
  CIMTYPE type = 0;
  const HRESULT hr = object->Get(ToWide(name), 0, value.Out(), &type, nullptr);
  if (hr == kNotFound) return std::nullopt;
  Check(hr, "IWbemClassObject::Get");
  return ReadPropertyAt(name, value.Get(), type, 0);
}

}  // namespace hje
