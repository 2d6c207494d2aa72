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
  bool is_ready = false;
  Lane* next_ready = nullptr;
  std::shared_ptr<Lane> next_leaving;
};

}  // namespace hje
