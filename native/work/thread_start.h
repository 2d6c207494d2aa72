// What the pool's own sources share.
#pragma once

#include <algorithm>
#include <memory>

#include "work/call_pool.h"

namespace hje {

struct CallPool::ThreadStart {
  std::shared_ptr<CallPool> pool;
  Main main;
  std::shared_ptr<Lane> lane;  // null for a worker
  std::shared_ptr<Call> call;  // null for a worker
};

template <typename Entries>
auto Find(Entries& entries, const std::shared_ptr<Call>& call) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& item) { return item.call == call; });
}

}  // namespace hje
