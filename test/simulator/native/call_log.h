// Every call that reached the server, in order of arrival.
#pragma once

#include <windows.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mutex.h"
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

class CallLog {
 public:
  explicit CallLog(bool recording) : recording_(recording) {}

  void Add(const Call& call) {
    if (!recording_) return;
    const std::lock_guard<Mutex> lock(mutex_);
    calls_.push_back(call);
  }
  std::vector<Call> Calls() const {
    const std::lock_guard<Mutex> lock(mutex_);
    return calls_;
  }

 private:
  const bool recording_;
  mutable Mutex mutex_;
  std::vector<Call> calls_;
};

}  // namespace simulator
