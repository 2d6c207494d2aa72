#include "record.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "text.h"

namespace simulator {
namespace {

// A key value as object paths quote it.
std::wstring Quote(std::wstring_view value) {
  std::wstring quoted = L"\"";
  for (const wchar_t unit : value) {
    if (unit == L'\\' || unit == L'"') quoted += L'\\';
    quoted += unit;
  }
  return quoted + L'"';
}

bool SameText(BSTR a, BSTR b) { return (a == nullptr) == (b == nullptr) && View(a) == View(b); }

// Both are one-dimensional arrays of the same element type, or NULL.
bool SameItems(const SAFEARRAY* a, const SAFEARRAY* b, VARTYPE element) {
  if (a == nullptr || b == nullptr) return a == b;
  const ULONG count = a->rgsabound[0].cElements;
  if (count != b->rgsabound[0].cElements) return false;
  if (element != VT_BSTR) return std::memcmp(a->pvData, b->pvData, size_t{count} * a->cbElements) == 0;
  return std::equal(static_cast<const BSTR*>(a->pvData), static_cast<const BSTR*>(a->pvData) + count,
                    static_cast<const BSTR*>(b->pvData), SameText);
}

bool SameValue(const Variant& left, const Variant& right) {
  const VARIANT& a = left.Raw();
  const VARIANT& b = right.Raw();
  if (a.vt != b.vt) return false;
  if ((a.vt & VT_ARRAY) != 0) {
    return SameItems(a.parray, b.parray, static_cast<VARTYPE>(a.vt & ~VT_ARRAY));
  }
  switch (a.vt) {
    case VT_NULL:
      return true;
    case VT_BSTR:
      return SameText(a.bstrVal, b.bstrVal);
    case VT_UNKNOWN:
      return a.punkVal == b.punkVal;
    case VT_BOOL:
    case VT_I2:
      return a.iVal == b.iVal;
    case VT_UI1:
      return a.bVal == b.bVal;
    case VT_I4:
      return a.lVal == b.lVal;
    case VT_R4:
      return a.fltVal == b.fltVal;
    default:
      return a.dblVal == b.dblVal;
  }
}

Variant Derivation(const ClassDef& cls) {
  std::vector<std::wstring> ancestors;
  for (const ClassDef* each = cls.superclass.get(); each != nullptr; each = each->superclass.get()) {
    ancestors.push_back(each->name);
  }
  return Variant::Strings(ancestors);
}

const ClassDef& Dynasty(const ClassDef& cls) {
  const ClassDef* top = &cls;
  while (top->superclass != nullptr) top = top->superclass.get();
  return *top;
}

}  // namespace

const Variant& Record::operator[](std::wstring_view property) const {
  static const Variant kNull;
  const size_t index = cls->IndexOf(property);
  return index == ClassDef::kNone ? kNull : values[index];
}

void Record::Set(std::wstring_view property, Variant value) {
  const size_t index = cls->IndexOf(property);
  if (index == ClassDef::kNone) throw std::logic_error("no such property");
  values[index] = std::move(value);
}

std::wstring RelativePath(const Record& record) {
  if (record.genus == Record::Genus::kClass) return record.cls->name;
  std::vector<std::pair<std::wstring, std::wstring>> keys;
  for (size_t i = 0; i < record.values.size(); ++i) {
    if (!record.cls->properties[i].key) continue;
    const VARIANT& value = record.values[i].Raw();
    if (value.vt != VT_BSTR) return {};
    keys.emplace_back(record.cls->properties[i].name, Quote(View(value.bstrVal)));
  }
  if (keys.empty()) return {};
  // WMI lists several keys alphabetically.
  std::sort(keys.begin(), keys.end());
  std::wstring path = record.cls->name;
  wchar_t separator = L'.';
  for (const auto& [name, value] : keys) {
    path += separator;
    path += name;
    path += L'=';
    path += value;
    separator = L',';
  }
  return path;
}

RecordPtr Project(const Record& record, const ClassPtr& cls) {
  auto projected = std::make_shared<Record>(cls, record.genus);
  for (size_t i = 0; i < cls->properties.size(); ++i) {
    projected->values[i] = record[cls->properties[i].name];
  }
  return projected;
}

bool SameValues(const Record& a, const Record& b) {
  return std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), SameValue);
}

const std::vector<std::wstring>& SystemPropertyNames() {
  static const std::vector<std::wstring> kNames = {
      L"__PATH",    L"__NAMESPACE", L"__SERVER",     L"__DERIVATION", L"__PROPERTY_COUNT",
      L"__RELPATH", L"__DYNASTY",   L"__SUPERCLASS", L"__CLASS",      L"__GENUS",
  };
  return kNames;
}

std::optional<SystemProperty> GetSystemProperty(const Record& record, const Location* location,
                                                std::wstring_view name) {
  if (name.substr(0, 2) != L"__") return std::nullopt;
  const ClassDef& cls = *record.cls;
  const auto is = [&](const wchar_t* candidate) { return EqualsNoCase(name, candidate); };
  const auto text = [](Variant value) { return SystemProperty{CIM_STRING, std::move(value)}; };

  if (is(L"__GENUS")) return SystemProperty{CIM_SINT32, Variant::Int(static_cast<LONG>(record.genus))};
  if (is(L"__CLASS")) return text(Variant::String(cls.name));
  if (is(L"__SUPERCLASS")) return text(cls.superclass ? Variant::String(cls.superclass->name) : Variant());
  if (is(L"__DYNASTY")) return text(Variant::String(Dynasty(cls).name));
  if (is(L"__RELPATH")) return text(Variant::TextOrNull(RelativePath(record)));
  if (is(L"__PROPERTY_COUNT")) {
    return SystemProperty{CIM_SINT32, Variant::Int(static_cast<LONG>(cls.properties.size()))};
  }
  if (is(L"__DERIVATION")) return SystemProperty{CIM_STRING | CIM_FLAG_ARRAY, Derivation(cls)};
  if (is(L"__SERVER")) return text(location == nullptr ? Variant() : Variant::String(location->computer));
  if (is(L"__NAMESPACE"))
    return text(location == nullptr ? Variant() : Variant::String(location->name_space));
  if (is(L"__PATH")) {
    const std::wstring relative = RelativePath(record);
    if (location == nullptr || relative.empty()) return text(Variant());
    return text(
        Variant::String(L"\\\\" + location->computer + L"\\" + location->name_space + L":" + relative));
  }
  return std::nullopt;
}

}  // namespace simulator
