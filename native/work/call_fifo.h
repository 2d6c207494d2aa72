// Calls that wait, first in, first out. They are linked through themselves, so that only the calls need
// memory.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "data/call.h"

namespace hje {

class CallFifo {
 public:
  CallFifo() = default;
  CallFifo(const CallFifo&) = delete;
  CallFifo& operator=(const CallFifo&) = delete;
  // One by one: a chain that frees itself would need as much stack as it is long.
  ~CallFifo() {
    while (first_ != nullptr) Pop();
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Call& front() const { return *first_; }

  void Push(std::shared_ptr<Call> call) noexcept {
    Call* const added = call.get();
    (last_ == nullptr ? first_ : last_->next) = std::move(call);
    last_ = added;
    ++size_;
  }

  // Of a queue that is not empty.
  std::shared_ptr<Call> Pop() noexcept { return Unlink(nullptr); }

  // False when it is not in the queue.
  bool Remove(const Call& call) noexcept {
    Call* before = nullptr;
    for (Call* item = first_.get(); item != nullptr; before = item, item = item->next.get()) {
      if (item != &call) continue;
      Unlink(before);
      return true;
    }
    return false;
  }

  void Swap(CallFifo& other) noexcept {
    first_.swap(other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
  }

 private:
  // The call behind `before`, or the first one.
  std::shared_ptr<Call> Unlink(Call* before) noexcept {
    std::shared_ptr<Call>& place = before == nullptr ? first_ : before->next;
    std::shared_ptr<Call> call = std::move(place);
    place = std::move(call->next);
    if (last_ == call.get()) last_ = before;
    --size_;
    return call;
  }

  std::shared_ptr<Call> first_;
  Call* last_ = nullptr;
  size_t size_ = 0;
};

}  // namespace hje
