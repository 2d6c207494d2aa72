// The operations of the server a scenario can name.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace simulator {

enum class Operation { kConnect, kExecMethod, kGetObject, kQuery, kSubscribe, kNext };

// In step with Operation: the name in scenarios and call logs, and the name in extended status.
struct OperationName {
  const wchar_t* scenario;
  const wchar_t* wmi;
};
inline constexpr OperationName kOperationNames[] = {
    {L"connect", L"ConnectServer"}, {L"execMethod", L"ExecMethod"},           {L"getObject", L"GetObject"},
    {L"query", L"ExecQuery"},       {L"subscribe", L"ExecNotificationQuery"}, {L"next", L"Next"},
};

inline const OperationName& NameOf(Operation operation) {
  return kOperationNames[static_cast<size_t>(operation)];
}

inline std::optional<Operation> FindOperation(std::wstring_view scenario_name) {
  const auto* found = std::find_if(std::begin(kOperationNames), std::end(kOperationNames),
                                   [&](const OperationName& name) { return scenario_name == name.scenario; });
  if (found == std::end(kOperationNames)) return std::nullopt;
  return static_cast<Operation>(found - std::begin(kOperationNames));
}

}  // namespace simulator
