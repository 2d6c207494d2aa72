// UTF-16 text helpers. CIM compares class, property, method and namespace names without case.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>

namespace simulator {

inline bool EqualsNoCase(std::wstring_view a, std::wstring_view b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;
  return ::CompareStringOrdinal(a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()),
                                TRUE) == CSTR_EQUAL;
}

}  // namespace simulator
