// Plain data that crosses threads: CIM values, objects and the record of a call. No COM, no N-API.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hje {

struct CimObject;

// A CIM value or an in-parameter. monostate is NULL; 64-bit integers keep their sign, all other numbers fit a
// double; char16 is a string of one unit.
struct Value {
  using Array = std::vector<Value>;
  using Object = std::shared_ptr<const CimObject>;
  std::variant<std::monostate, bool, double, int64_t, uint64_t, std::u16string, Array, Object> data;
};

// In place of a CIM type: the value contradicts its type and could not be read. The value is then a text that
// says why. Number as in lib/wmi/addon.ts.
inline constexpr int32_t kUnreadable = -1;

struct CimProperty {
  std::u16string name;
  int32_t type = 0;  // CIMTYPE, with CIM_FLAG_ARRAY, or kUnreadable
  Value value;
};
using CimProperties = std::vector<CimProperty>;

struct CimObject {
  std::optional<std::u16string> path;  // __RELPATH
  std::u16string class_name;
  CimProperties properties;
};

}  // namespace hje
