// The standard's mutex and condition variable on the slim locks of Win32: what MinGW builds its own on goes
// through the kernel wherever two threads meet, and a measurement would count that as a cost of the calls.
#pragma once

#include <windows.h>

#include <algorithm>
#include <chrono>

namespace simulator {

class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() { ::AcquireSRWLockExclusive(&lock_); }
  bool try_lock() { return ::TryAcquireSRWLockExclusive(&lock_) != FALSE; }
  void unlock() { ::ReleaseSRWLockExclusive(&lock_); }

 private:
  friend class ConditionVariable;
  SRWLOCK lock_ = SRWLOCK_INIT;
};

class ConditionVariable {
 public:
  ConditionVariable() = default;
  ConditionVariable(const ConditionVariable&) = delete;
  ConditionVariable& operator=(const ConditionVariable&) = delete;

  void notify_all() { ::WakeAllConditionVariable(&condition_); }

  // Wakes up spuriously, and somewhat early or late.
  template <typename Lock, typename Duration>
  void wait_for(Lock& lock, Duration duration) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    Sleep(lock, static_cast<DWORD>(std::clamp<long long>(ms, 0, kLongestMs)));
  }

  template <typename Lock, typename Duration, typename Predicate>
  bool wait_for(Lock& lock, Duration duration, Predicate holds) {
    const auto deadline = std::chrono::steady_clock::now() + duration;
    while (!holds()) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left <= left.zero()) return holds();
      wait_for(lock, left);
    }
    return true;
  }

  template <typename Lock, typename Predicate>
  void wait(Lock& lock, Predicate holds) {
    while (!holds()) Sleep(lock, INFINITE);
  }

 private:
  static constexpr long long kLongestMs = 24LL * 60 * 60 * 1000;

  template <typename Lock>
  void Sleep(Lock& lock, DWORD ms) {
    ::SleepConditionVariableSRW(&condition_, &lock.mutex()->lock_, ms, 0);
  }

  CONDITION_VARIABLE condition_ = CONDITION_VARIABLE_INIT;
};

}  // namespace simulator
