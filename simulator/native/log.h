// What clients did, in order of arrival.
#pragma once

#include <mutex>
#include <vector>

#include "mutex.h"

namespace simulator {

template <typename Entry>
class Log {
 public:
  explicit Log(bool recording) : recording_(recording) {}

  bool recording() const { return recording_; }
  void Add(const Entry& entry) {
    if (!recording_) return;
    const std::lock_guard<Mutex> lock(mutex_);
    entries_.push_back(entry);
  }
  std::vector<Entry> Entries() const {
    const std::lock_guard<Mutex> lock(mutex_);
    return entries_;
  }

 private:
  const bool recording_;
  mutable Mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace simulator
