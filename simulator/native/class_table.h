// CIM classes: properties, keys and method signatures, inheritance resolved.
#pragma once

#include <windows.h>

#include <wbemidl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace simulator {

struct ClassDef;
// Classes are immutable once built and shared by the table, by instances and by signatures.
using ClassPtr = std::shared_ptr<const ClassDef>;

struct PropertyDef {
  std::wstring name;
  CIMTYPE type;
  std::wstring origin;  // the class that declares it
  bool key;
};

// Signatures are classes named `__PARAMETERS`; `in` is null for a method without in-parameters.
struct MethodDef {
  std::wstring name;
  ClassPtr in;
  ClassPtr out;
};

struct ClassDef {
  std::wstring name;
  ClassPtr superclass;                  // null for a top class
  std::vector<PropertyDef> properties;  // the inherited ones first
  std::vector<MethodDef> methods;

  static constexpr size_t kNone = static_cast<size_t>(-1);
  // Position in `properties`, or kNone.
  size_t IndexOf(std::wstring_view property) const;
  const MethodDef* FindMethod(std::wstring_view method) const;
  // True for the class itself and for each of its ancestors.
  bool IsA(std::wstring_view ancestor) const;
};

// A class of that name with only the named properties of `from`; what a query with a column list returns.
ClassPtr Project(const ClassDef& from, const std::vector<std::wstring>& properties);

class ClassTable {
 public:
  // `own` holds what the class declares itself; its superclass must have been added before.
  void Add(ClassDef own);
  ClassPtr Find(std::wstring_view name) const;

 private:
  std::vector<ClassPtr> classes_;
};

}  // namespace simulator
