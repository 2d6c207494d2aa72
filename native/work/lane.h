// The calls of one session, and what they run on. All of it belongs to the pool and is guarded by its mutex.
#pragma once

#include <memory>
#include <vector>

#include "data/call.h"
#include "work/call_fifo.h"
#include "work/lock.h"
#include "work/wmi.h"

namespace hje {

struct LaneLimits {
  size_t max_workers = 0;
  size_t max_queued = 0;
};

struct Executing {
  std::shared_ptr<Call> call;
  uint64_t abandoned_at = 0;  // GetTickCount64, 0 while somebody waits for the call
};

struct Lane;

// Lanes that wait for their turn, linked through themselves. A lane is in one list at most.
class LaneList {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  Lane* front() const { return first_; }
  void Push(Lane& lane) noexcept;
  void Remove(Lane& lane) noexcept;  // which is in the list

 private:
  Lane* first_ = nullptr;
  Lane* last_ = nullptr;
  size_t size_ = 0;
};

struct Lane : std::enable_shared_from_this<Lane> {
  LaneLimits limits;
  std::shared_ptr<CallSink> sink;
  bool closed = false;
  std::shared_ptr<const ConnectionSettings> settings;  // null once closed
  std::shared_ptr<Link> link;                          // null without a connection

  CallFifo queue;
  std::vector<Executing> executing;   // by workers
  std::vector<Executing> connecting;  // by threads of their own
  std::vector<Executing> listening;   // by threads of their own
  size_t stuck = 0;                   // of those that workers execute
  size_t runnable = 0;                // of the queued calls, those that a worker may take now

  // Whether a thread waits to listen, and what it is to listen with.
  bool listener_waits = false;
  std::shared_ptr<Call> offered;
  Condition offer;

  // Links of the pool's lists.
  LaneList* waits_in = nullptr;
  Lane* next_waiting = nullptr;
  std::shared_ptr<Lane> next_leaving;
};

inline void LaneList::Push(Lane& lane) noexcept {
  lane.waits_in = this;
  lane.next_waiting = nullptr;
  (last_ == nullptr ? first_ : last_->next_waiting) = &lane;
  last_ = &lane;
  ++size_;
}

inline void LaneList::Remove(Lane& lane) noexcept {
  Lane* before = nullptr;
  for (Lane* item = first_; item != &lane; item = item->next_waiting) before = item;
  (before == nullptr ? first_ : before->next_waiting) = lane.next_waiting;
  if (last_ == &lane) last_ = before;
  lane.waits_in = nullptr;
  --size_;
}

}  // namespace hje
