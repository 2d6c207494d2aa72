// Slim reader/writer lock and condition variable of Win32, with owners. Neither allocates nor needs a static
// initialiser, and both are lighter than what MinGW builds std::mutex and std::condition_variable on.
#pragma once

#include <windows.h>

namespace hje {

class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class Lock;
  friend class Condition;
  SRWLOCK lock_ = SRWLOCK_INIT;
};

class Lock {
 public:
  explicit Lock(Mutex& mutex) : mutex_(mutex) { AcquireSRWLockExclusive(&mutex_.lock_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() { ReleaseSRWLockExclusive(&mutex_.lock_); }

 private:
  friend class Condition;
  Mutex& mutex_;
};

class Condition {
 public:
  Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // False after `milliseconds`; true when notified, or for no reason.
  bool WaitFor(Lock& lock, DWORD milliseconds) {
    return SleepConditionVariableSRW(&condition_, &lock.mutex_.lock_, milliseconds, 0) != FALSE;
  }
  void NotifyOne() { WakeConditionVariable(&condition_); }
  void NotifyAll() { WakeAllConditionVariable(&condition_); }

 private:
  CONDITION_VARIABLE condition_ = CONDITION_VARIABLE_INIT;
};

}  // namespace hje
