// What the pool needs of WMI, without a word of COM. The floor com/ implements it.
#pragma once

#include <atomic>
#include <memory>

#include "data/call.h"
#include "data/settings.h"

namespace hje {

// A connection. Used and released by threads within a ThreadScope alone; any of them, several at a time.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;
  // Runs a call to its end, or until `abandoned` is seen to be set. Throws a Failure.
  virtual Result Run(const Request& request, const std::atomic<bool>& abandoned) = 0;
};

// What a thread has to be a member of, from its beginning to its end.
class ThreadScope {
 public:
  ThreadScope() = default;
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;
  virtual ~ThreadScope() = default;
  // Throws a Failure when the thread may not make calls.
  virtual void Check() const = 0;
};

// Stateless; any thread.
class Wmi {
 public:
  Wmi() = default;
  Wmi(const Wmi&) = delete;
  Wmi& operator=(const Wmi&) = delete;
  virtual ~Wmi() = default;
  virtual std::unique_ptr<ThreadScope> EnterThread() const = 0;
  // Within a ThreadScope. May take minutes; throws a Failure.
  virtual std::shared_ptr<Link> Connect(std::shared_ptr<const ConnectionSettings> settings) const = 0;
};

}  // namespace hje
