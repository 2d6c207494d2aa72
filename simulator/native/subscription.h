// The events of one notification query, from their change to the call that reads them.
#pragma once

#include <windows.h>

#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "event_query.h"

namespace simulator {

inline constexpr double kNever = std::numeric_limits<double>::infinity();

// How a scenario delivers events.
struct EventRules {
  bool needs_within = false;
  size_t max_subscriptions = std::numeric_limits<size_t>::max();
  size_t queue_length = std::numeric_limits<size_t>::max();
};

// Not thread-safe: the world guards its subscriptions by its own lock.
class Subscription {
 public:
  // Polls in the interval of the query where the rules need one. Times are the world's.
  Subscription(EventQuery query, LocationPtr location, const EventRules& rules, double now_ms);

  // Takes note of a change of whatever instance.
  void Offer(const Change& change);

  // The time of the next poll that finds something; kNever for none.
  double poll_due() const { return poll_due_; }
  // Turns what has changed since the last poll into events; one for an instance, none for one that came and
  // went.
  void Poll();

  // Moves up to `count` waiting events, oldest first, to the end of `events`.
  void Take(size_t count, std::vector<Change>* events);

  // Ends the subscription: nothing waits any more and reading fails. The first status stays.
  void Fail(HRESULT status);
  HRESULT status() const { return status_; }

  const std::wstring& query_text() const { return query_.text(); }
  const LocationPtr& location() const { return location_; }
  size_t waiting() const { return queue_.size(); }
  // Events that found the queue full.
  size_t dropped() const { return dropped_; }

 private:
  void Enqueue(const Change& change);

  const EventQuery query_;
  const LocationPtr location_;
  const size_t queue_length_;
  const double start_ms_;
  const std::optional<double> interval_ms_;  // none: events come as things change

  HRESULT status_ = S_OK;
  double poll_due_ = kNever;
  // Since the last poll, one for an instance, in the order of its first change.
  std::vector<std::pair<std::wstring, Change>> unpolled_;
  std::deque<Change> queue_;
  size_t dropped_ = 0;
};

}  // namespace simulator
