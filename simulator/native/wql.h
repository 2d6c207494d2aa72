// The part of WQL the server understands: `SELECT *|a,b FROM Class [WITHIN n] [WHERE …]` with comparisons to
// literals, `IS [NOT] NULL`, ISA, AND, OR, NOT and parentheses.
// https://learn.microsoft.com/windows/win32/wmisdk/wql-sql-for-wmi
#pragma once

#include <functional>
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
  enum class Kind { kAnd, kOr, kNot, kCompare, kIsA };
  enum class Operator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  using Literal = std::variant<std::monostate, bool, double, std::wstring>;  // monostate: NULL

  Kind kind;
  std::unique_ptr<Condition> left;   // kAnd, kOr, kNot
  std::unique_ptr<Condition> right;  // kAnd, kOr
  std::wstring object;               // kCompare, kIsA: the embedded object; empty for the row itself
  std::wstring property;             // kCompare
  Operator comparison;               // kCompare
  Literal literal;                   // kCompare; the name of the class of kIsA
};

struct Query {
  std::vector<std::wstring> columns;  // empty: all
  std::wstring class_name;
  std::optional<double> within_s;
  std::unique_ptr<Condition> where;  // null: none
};

// None for a text that is not such a query.
std::optional<Query> ParseQuery(std::wstring_view text);

// Whether it is a query for instances of the class: each column and each property of the condition exists,
// and there is nothing only event queries have.
bool FitsClass(const Query& query, const ClassDef& cls);

// The record a condition's `object` stands for; null when there is none.
using Scope = std::function<const Record*(std::wstring_view object)>;

// A comparison with a NULL value is false, except `= NULL`; so is one with a property that does not exist.
bool Matches(const Condition& condition, const Scope& scope, const Location& location);

}  // namespace simulator
