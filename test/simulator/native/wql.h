// The part of WQL the server understands: `SELECT *|a,b FROM Class [WHERE …]` with comparisons to literals,
// `IS [NOT] NULL`, AND, OR, NOT and parentheses.
// https://learn.microsoft.com/windows/win32/wmisdk/wql-sql-for-wmi
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "record.h"

namespace simulator {

// A node of the WHERE clause.
struct Condition {
  enum class Kind { kAnd, kOr, kNot, kCompare };
  enum class Operator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  using Literal = std::variant<std::monostate, bool, double, std::wstring>;  // monostate: NULL

  Kind kind;
  std::unique_ptr<Condition> left;   // kAnd, kOr, kNot
  std::unique_ptr<Condition> right;  // kAnd, kOr
  std::wstring property;             // kCompare and below
  Operator comparison;
  Literal literal;
};

struct Query {
  std::vector<std::wstring> columns;  // empty: all
  std::wstring class_name;
  std::unique_ptr<Condition> where;  // null: none
};

// None for a text that is not such a query.
std::optional<Query> ParseQuery(std::wstring_view text);

// Whether each column and each property of the condition exists.
bool FitsClass(const Query& query, const ClassDef& cls);

// A comparison with a NULL value is false, except `= NULL`.
bool Matches(const Condition& condition, const Record& record, const Location& location);

}  // namespace simulator
