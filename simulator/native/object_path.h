// Object paths: `[\\host\namespace:]Class[.Key="value",…]`, and `Class="value"` for a class with one key.
// https://learn.microsoft.com/windows/win32/wmisdk/wmi-object-path-requirements
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulator {

struct PathKey {
  std::wstring name;  // empty in the short form
  std::wstring value;
};

struct ObjectPath {
  std::optional<std::wstring> host;
  std::optional<std::wstring> name_space;  // with backslashes
  std::wstring class_name;
  std::vector<PathKey> keys;  // empty for a class
};

// None for a malformed path.
std::optional<ObjectPath> ParseObjectPath(std::wstring_view text);

// `[\\host\]namespace`, as ConnectServer takes it; slashes become backslashes. None for `\\` without a host
// or a namespace.
struct NamespacePath {
  std::optional<std::wstring> host;
  std::wstring name_space;
};
std::optional<NamespacePath> ParseNamespacePath(std::wstring_view text);

}  // namespace simulator
