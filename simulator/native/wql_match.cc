#include <algorithm>
#include <cwchar>

#include "text.h"
#include "wql.h"

namespace simulator {
namespace {

// Below, at or above zero, as the value is less than, equal to or greater than the literal; none when the two
// cannot be compared.
std::optional<int> Compare(double value, double literal) {
  return value < literal ? -1 : value > literal ? 1 : 0;
}

std::optional<double> NumberOf(const VARIANT& value, CIMTYPE type) {
  switch (value.vt) {
    case VT_UI1:
      return value.bVal;
    case VT_I2:
      return value.iVal;
    case VT_I4:
      // A uint32 arrives in a signed VARIANT.
      return type == CIM_UINT32 ? static_cast<double>(static_cast<ULONG>(value.lVal))
                                : static_cast<double>(value.lVal);
    case VT_R4:
      return value.fltVal;
    case VT_R8:
      return value.dblVal;
    case VT_BSTR:
      if (type != CIM_UINT64 && type != CIM_SINT64) return std::nullopt;
      return std::wcstod(value.bstrVal, nullptr);
    default:
      return std::nullopt;
  }
}

std::optional<int> Compare(const VARIANT& value, CIMTYPE type, const Condition::Literal& literal) {
  if (const auto* text = std::get_if<std::wstring>(&literal)) {
    if (value.vt != VT_BSTR) return std::nullopt;
    const std::wstring_view own = View(value.bstrVal);
    return ::CompareStringOrdinal(own.data(), static_cast<int>(own.size()), text->data(),
                                  static_cast<int>(text->size()), TRUE) -
           CSTR_EQUAL;
  }
  if (const auto* truth = std::get_if<bool>(&literal)) {
    if (value.vt != VT_BOOL) return std::nullopt;
    return Compare(value.boolVal != VARIANT_FALSE ? 1 : 0, *truth ? 1 : 0);
  }
  const auto number = NumberOf(value, type);
  return number ? Compare(*number, std::get<double>(literal)) : std::nullopt;
}

bool Holds(Condition::Operator comparison, int order) {
  using Operator = Condition::Operator;
  switch (comparison) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kNotEqual:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessOrEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterOrEqual:
      return order >= 0;
  }
  return false;
}

bool IsSystemName(std::wstring_view name) {
  const auto& names = SystemPropertyNames();
  return std::any_of(names.begin(), names.end(), [&](const auto& each) { return EqualsNoCase(each, name); });
}

bool Exists(std::wstring_view property, const ClassDef& cls) {
  return IsSystemName(property) || cls.IndexOf(property) != ClassDef::kNone;
}

bool FitsClass(const Condition& condition, const ClassDef& cls) {
  if (condition.kind == Condition::Kind::kIsA) return false;
  if (condition.kind == Condition::Kind::kCompare) {
    return condition.object.empty() && Exists(condition.property, cls);
  }
  return FitsClass(*condition.left, cls) && (condition.right == nullptr || FitsClass(*condition.right, cls));
}

std::optional<SystemProperty> ValueOf(const Record& record, const Location& location,
                                      std::wstring_view property) {
  if (auto system = GetSystemProperty(record, &location, property)) return system;
  const size_t index = record.cls->IndexOf(property);
  if (index == ClassDef::kNone) return std::nullopt;
  return SystemProperty{record.cls->properties[index].type, record.values[index]};
}

bool Compares(const Condition& condition, const Record& record, const Location& location) {
  const std::optional<SystemProperty> own = ValueOf(record, location, condition.property);
  if (!own) return false;
  if (std::holds_alternative<std::monostate>(condition.literal)) {
    return own->value.IsNull() == (condition.comparison == Condition::Operator::kEqual);
  }
  const std::optional<int> order = Compare(own->value.Raw(), own->type, condition.literal);
  return order && Holds(condition.comparison, *order);
}

}  // namespace

bool FitsClass(const Query& query, const ClassDef& cls) {
  if (query.within_s) return false;
  return std::all_of(query.columns.begin(), query.columns.end(),
                     [&](const std::wstring& column) { return Exists(column, cls); }) &&
         (query.where == nullptr || FitsClass(*query.where, cls));
}

bool Matches(const Condition& condition, const Scope& scope, const Location& location) {
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      return Matches(*condition.left, scope, location) && Matches(*condition.right, scope, location);
    case Condition::Kind::kOr:
      return Matches(*condition.left, scope, location) || Matches(*condition.right, scope, location);
    case Condition::Kind::kNot:
      return !Matches(*condition.left, scope, location);
    case Condition::Kind::kCompare:
    case Condition::Kind::kIsA:
      break;
  }
  const Record* record = scope(condition.object);
  if (record == nullptr) return false;
  if (condition.kind == Condition::Kind::kCompare) return Compares(condition, *record, location);
  return record->cls->IsA(std::get<std::wstring>(condition.literal));
}

}  // namespace simulator
