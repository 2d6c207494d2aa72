// A notification query: which events a client wants.
// https://learn.microsoft.com/windows/win32/wmisdk/receiving-event-notifications
#pragma once

#include <windows.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "event.h"
#include "wql.h"

namespace simulator {

class EventQuery {
 public:
  // S_OK, or the status WMI has for a text that is no query for events of instances of these classes.
  static HRESULT Parse(std::wstring_view text, const ClassTable& classes, std::optional<EventQuery>* query);

  const std::wstring& text() const { return text_; }
  // The interval of the WITHIN clause; none without the clause.
  std::optional<double> within_ms() const;
  bool Wants(const Change& change, const Location& location) const;

 private:
  EventQuery(std::wstring_view text, Query query) : text_(text), query_(std::move(query)) {}

  std::wstring text_;
  Query query_;
};

}  // namespace simulator
