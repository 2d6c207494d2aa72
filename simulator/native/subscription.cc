#include "subscription.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace simulator {
namespace {

// Where the provider raises events itself, WITHIN is taken to change nothing. No page says so, and nobody has
// checked it on a host.
std::optional<double> IntervalOf(const EventQuery& query, const EventRules& rules) {
  return rules.needs_within ? query.within_ms() : std::nullopt;
}

}  // namespace

Subscription::Subscription(EventQuery query, LocationPtr location, const EventRules& rules, double now_ms)
    : query_(std::move(query)),
      location_(std::move(location)),
      queue_length_(rules.queue_length),
      start_ms_(now_ms),
      interval_ms_(IntervalOf(query_, rules)) {}

void Subscription::Offer(const Change& change) {
  if (!interval_ms_) return Enqueue(change);
  std::wstring path = RelativePath(*TargetOf(change));
  const auto known = std::find_if(unpolled_.begin(), unpolled_.end(),
                                  [&](const auto& entry) { return entry.first == path; });
  if (known == unpolled_.end()) {
    unpolled_.emplace_back(std::move(path), change);
  } else {
    known->second.after = change.after;
  }
  if (poll_due_ != kNever) return;
  const double polls = std::ceil((change.at_ms - start_ms_) / *interval_ms_);
  poll_due_ = start_ms_ + std::max(polls, 1.0) * *interval_ms_;
}

void Subscription::Poll() {
  for (auto& [path, change] : unpolled_) {
    change.at_ms = poll_due_;
    Enqueue(change);
  }
  unpolled_.clear();
  poll_due_ = kNever;
}

// WMI reports an overflow to asynchronous sinks (WBEM_E_QUEUE_OVERFLOW) and as an event of its own class.
// No page says what a reader of an enumerator learns, and nobody has checked it on a host: here it learns
// nothing, and the count of dropped events is for the test.
void Subscription::Enqueue(const Change& change) {
  if (!IsEvent(change) || !query_.Wants(change, *location_)) return;
  if (queue_.size() < queue_length_) {
    queue_.push_back(change);
  } else {
    ++dropped_;
  }
}

void Subscription::Take(size_t count, std::vector<Change>* events) {
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(count, queue_.size()));
  std::move(queue_.begin(), end, std::back_inserter(*events));
  queue_.erase(queue_.begin(), end);
}

void Subscription::Fail(HRESULT status) {
  if (FAILED(status_)) return;
  status_ = status;
  queue_.clear();
  unpolled_.clear();
  poll_due_ = kNever;
}

}  // namespace simulator
