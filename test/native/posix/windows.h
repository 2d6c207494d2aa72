// What native/work needs of Windows, on POSIX threads: there the sanitizers can watch it.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

using DWORD = uint32_t;
using BOOL = int;
using HANDLE = void*;
#define FALSE 0
#define __stdcall
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0

struct SRWLOCK {
  pthread_mutex_t mutex;
};
struct CONDITION_VARIABLE {
  pthread_cond_t condition;
};
#define SRWLOCK_INIT {PTHREAD_MUTEX_INITIALIZER}
#define CONDITION_VARIABLE_INIT {PTHREAD_COND_INITIALIZER}

inline void AcquireSRWLockExclusive(SRWLOCK* lock) { pthread_mutex_lock(&lock->mutex); }
inline void ReleaseSRWLockExclusive(SRWLOCK* lock) { pthread_mutex_unlock(&lock->mutex); }

inline BOOL SleepConditionVariableSRW(CONDITION_VARIABLE* variable, SRWLOCK* lock, DWORD milliseconds,
                                      unsigned) {
  timespec until = {};
  clock_gettime(CLOCK_MONOTONIC, &until);
  const int64_t nanoseconds = until.tv_nsec + int64_t{milliseconds % 1'000} * 1'000'000;
  until.tv_sec += milliseconds / 1'000 + nanoseconds / 1'000'000'000;
  until.tv_nsec = nanoseconds % 1'000'000'000;
  return pthread_cond_clockwait(&variable->condition, &lock->mutex, CLOCK_MONOTONIC, &until) == 0;
}
inline void WakeConditionVariable(CONDITION_VARIABLE* variable) { pthread_cond_signal(&variable->condition); }
inline void WakeAllConditionVariable(CONDITION_VARIABLE* variable) {
  pthread_cond_broadcast(&variable->condition);
}

inline uint64_t GetTickCount64() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000 + static_cast<uint64_t>(now.tv_nsec) / 1'000'000;
}
inline void Sleep(DWORD milliseconds) { usleep(milliseconds * 1'000); }
inline BOOL SwitchToThread() { return sched_yield() == 0; }
inline BOOL CloseHandle(HANDLE) { return 1; }
