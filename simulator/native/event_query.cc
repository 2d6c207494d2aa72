#include "event_query.h"

#include <utility>
#include <variant>

#include "text.h"

namespace simulator {
namespace {

constexpr const wchar_t* kTarget = L"TargetInstance";
constexpr const wchar_t* kPrevious = L"PreviousInstance";

// The server knows conditions on the instances of an event, none on the event itself. A property that the
// instance lacks is no error: TargetInstance is declared as any object.
HRESULT Check(const Condition& condition, const ClassTable& classes) {
  if (condition.left != nullptr) {
    const HRESULT hr = Check(*condition.left, classes);
    if (FAILED(hr) || condition.right == nullptr) return hr;
    return Check(*condition.right, classes);
  }
  if (!EqualsNoCase(condition.object, kTarget) && !EqualsNoCase(condition.object, kPrevious)) {
    return WBEM_E_INVALID_QUERY;
  }
  if (condition.kind != Condition::Kind::kIsA) return S_OK;
  if (classes.Find(std::get<std::wstring>(condition.literal)) == nullptr) return WBEM_E_INVALID_CLASS;
  return S_OK;
}

// Whether each event that fulfils the condition is one of a class it names.
bool NamesClass(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::kIsA:
      return true;
    case Condition::Kind::kAnd:
      return NamesClass(*condition.left) || NamesClass(*condition.right);
    case Condition::Kind::kOr:
      return NamesClass(*condition.left) && NamesClass(*condition.right);
    case Condition::Kind::kNot:
    case Condition::Kind::kCompare:
      break;
  }
  return false;
}

}  // namespace

HRESULT EventQuery::Parse(std::wstring_view text, const ClassTable& classes,
                          std::optional<EventQuery>* query) {
  std::optional<Query> parsed = ParseQuery(text);
  if (!parsed || parsed->within_s.value_or(0) < 0) return WBEM_E_UNPARSABLE_QUERY;
  if (!IsEventClass(parsed->class_name)) {
    if (classes.Find(parsed->class_name) == nullptr) return WBEM_E_INVALID_CLASS;
    return WBEM_E_INVALID_QUERY;  // for instances, not for events
  }
  // Only whole events here, though WMI has columns of events.
  if (!parsed->columns.empty()) return WBEM_E_INVALID_QUERY;
  // Without a class WMI would have to watch each instance of the namespace.
  if (parsed->where == nullptr || !NamesClass(*parsed->where)) return WBEMESS_E_REGISTRATION_TOO_BROAD;
  const HRESULT hr = Check(*parsed->where, classes);
  if (FAILED(hr)) return hr;
  *query = EventQuery(text, *std::move(parsed));
  return S_OK;
}

std::optional<double> EventQuery::within_ms() const {
  if (!query_.within_s) return std::nullopt;
  return *query_.within_s * 1000;
}

bool EventQuery::Wants(const Change& change, const Location& location) const {
  if (!IsEventOf(change, query_.class_name)) return false;
  const auto scope = [&](std::wstring_view object) {
    return EqualsNoCase(object, kTarget) ? TargetOf(change).get() : PreviousOf(change);
  };
  return Matches(*query_.where, scope, location);
}

}  // namespace simulator
