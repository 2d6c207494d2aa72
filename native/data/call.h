// The record of one call: it owns all its data, so a late completion touches nothing of a caller that has
// gone.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "data/cim_value.h"
#include "data/failure.h"

namespace hje {

using Clock = std::chrono::steady_clock;

// A method, and what is read of its answer.
struct MethodShape {
  std::u16string name;
  // Without names every out-parameter is read.
  std::optional<std::vector<std::u16string>> out_names;
};

struct ExecMethodRequest {
  std::u16string path;
  // Without a class nothing is looked up and there are no in-parameters: the hot path.
  std::optional<std::u16string> class_name;
  std::shared_ptr<const MethodShape> method;  // calls of one shape share it
  std::vector<std::pair<std::u16string, Value>> in_params;
};

struct GetObjectRequest {
  std::u16string path;
};

struct QueryRequest {
  std::u16string wql;
};

struct SubscribeRequest {
  std::u16string wql;
};

struct NextEventsRequest {};

using Request =
    std::variant<ExecMethodRequest, GetObjectRequest, QueryRequest, SubscribeRequest, NextEventsRequest>;
using Result = std::variant<std::monostate, CimProperties, CimObject, std::vector<CimObject>>;

struct Call {
  double ticket = 0;
  const void* session = nullptr;   // whose call it is; never followed
  Request request;                 // of no meaning for an attempt to connect
  bool keeps_alive = false;        // the JS thread's own: whether the event loop waits for it
  Clock::time_point submitted_at;  // the pool's own
  std::shared_ptr<Call> next;      // the queue's own
  // Set by the worker, read by the JS thread after delivery.
  std::optional<Failure> failure;
  Result result;
  // Set when the caller gave up: long loops end early, and there is no result.
  std::atomic<bool> abandoned{false};
};

// Where finished calls go. Deliver may be called from any thread and never waits.
class CallSink {
 public:
  CallSink() = default;
  CallSink(const CallSink&) = delete;
  CallSink& operator=(const CallSink&) = delete;
  virtual ~CallSink() = default;
  virtual void Deliver(std::shared_ptr<Call> call) noexcept = 0;
};

}  // namespace hje
