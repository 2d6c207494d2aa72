// Every call that reached the server.
#pragma once

#include <windows.h>

#include <cstdint>
#include <optional>
#include <string>

#include "log.h"
#include "operation.h"

namespace simulator {

// What a client connected with; the password is not kept.
struct ConnectArguments {
  std::optional<std::wstring> user;
  std::optional<std::wstring> locale;
  std::optional<std::wstring> authority;
  long security_flags;
};

struct Call {
  Operation operation;
  std::optional<std::wstring> method;
  // The object path, the query, or the network resource.
  std::optional<std::wstring> path;
  std::optional<ConnectArguments> connection;
  uint32_t thread_id = ::GetCurrentThreadId();
};

using CallLog = Log<Call>;

}  // namespace simulator
