#include "class_table.h"

#include <algorithm>
#include <utility>

#include "text.h"

namespace simulator {
namespace {

// Position by name in a list of things that have one; the size of the list when there is none.
template <typename T>
size_t Position(const std::vector<T>& list, std::wstring_view name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const T& item) { return EqualsNoCase(item.name, name); });
  return static_cast<size_t>(found - list.begin());
}

// The inherited items with the own ones added; an own item overrides an inherited one of that name.
template <typename T>
std::vector<T> Merge(std::vector<T> inherited, std::vector<T> own) {
  for (T& item : own) {
    const size_t position = Position(inherited, item.name);
    if (position < inherited.size()) {
      inherited[position] = std::move(item);
    } else {
      inherited.push_back(std::move(item));
    }
  }
  return inherited;
}

}  // namespace

size_t ClassDef::IndexOf(std::wstring_view property) const {
  const size_t position = Position(properties, property);
  return position < properties.size() ? position : kNone;
}

const MethodDef* ClassDef::FindMethod(std::wstring_view method) const {
  const size_t position = Position(methods, method);
  return position < methods.size() ? &methods[position] : nullptr;
}

bool ClassDef::IsA(std::wstring_view ancestor) const {
  for (const ClassDef* each = this; each != nullptr; each = each->superclass.get()) {
    if (EqualsNoCase(each->name, ancestor)) return true;
  }
  return false;
}

ClassPtr Project(const ClassDef& from, const std::vector<std::wstring>& properties) {
  auto projected = std::make_shared<ClassDef>();
  projected->name = from.name;
  projected->superclass = from.superclass;
  for (const PropertyDef& property : from.properties) {
    const bool wanted = std::any_of(properties.begin(), properties.end(), [&](const std::wstring& name) {
      return EqualsNoCase(name, property.name);
    });
    if (wanted) projected->properties.push_back(property);
  }
  return projected;
}

void ClassTable::Add(ClassDef own) {
  if (own.superclass != nullptr) {
    own.properties = Merge(own.superclass->properties, std::move(own.properties));
    own.methods = Merge(own.superclass->methods, std::move(own.methods));
  }
  classes_.push_back(std::make_shared<ClassDef>(std::move(own)));
}

ClassPtr ClassTable::Find(std::wstring_view name) const {
  const auto found = std::find_if(classes_.begin(), classes_.end(),
                                  [&](const ClassPtr& each) { return EqualsNoCase(each->name, name); });
  return found == classes_.end() ? nullptr : *found;
}

}  // namespace simulator
