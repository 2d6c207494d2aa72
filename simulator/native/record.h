// A CIM object as plain data: class and values. The server's state is made of records; an IWbemClassObject is
// one record on its way to a client.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "class_table.h"
#include "com_raii.h"

namespace simulator {

// Where a connection's objects live.
struct Location {
  std::wstring computer;
  std::wstring name_space;
};
// Null for an object without a place: parameters, extended status.
using LocationPtr = std::shared_ptr<const Location>;

struct Record {
  enum class Genus { kClass = 1, kInstance = 2 };  // the values of __GENUS

  explicit Record(ClassPtr of, Genus genus = Genus::kInstance)
      : cls(std::move(of)), genus(genus), values(cls->properties.size()) {}

  // VT_NULL for a property the class does not have.
  const Variant& operator[](std::wstring_view property) const;
  // The property must exist: programming error otherwise.
  void Set(std::wstring_view property, Variant value);

  ClassPtr cls;
  Genus genus;
  std::vector<Variant> values;  // in step with cls->properties
};
using RecordPtr = std::shared_ptr<const Record>;

// `Class.Key="value"`, or the class name of a class; empty when a key has no value.
std::wstring RelativePath(const Record& record);

// A copy with only those properties; `cls` is a projection of the record's class.
RecordPtr Project(const Record& record, const ClassPtr& cls);

// Whether two instances of one class have the same values; embedded objects are the same if they are one.
bool SameValues(const Record& a, const Record& b);

struct SystemProperty {
  CIMTYPE type;
  Variant value;
};
// The names of all system properties, in the order they are enumerated.
const std::vector<std::wstring>& SystemPropertyNames();
// `__PATH` and its kin; nullopt for a name that is none.
std::optional<SystemProperty> GetSystemProperty(const Record& record, const Location* location,
                                                std::wstring_view name);

}  // namespace simulator
