// The allocator of a test program or addon, which fails when it is told to. For one translation unit of it.
#pragma once

#include <cstdlib>
#include <new>

namespace failing_allocator {

// Of this thread.
inline thread_local int fail_at = 0;     // the allocation that fails, counted down to 1; 0 for none
inline thread_local int fail_count = 0;  // how many fail from there on
inline thread_local int failed = 0;      // how many have

// `at` 0: none fails from here on.
inline void Arm(int at, int count) noexcept {
  fail_at = at;
  fail_count = count;
  failed = 0;
}

inline bool MustFail() noexcept {
  if (fail_at > 1) {
    --fail_at;
    return false;
  }
  if (fail_at == 0) return false;
  ++failed;
  if (--fail_count <= 0) fail_at = 0;
  return true;
}

}  // namespace failing_allocator

// A sanitizer has operators of its own: nothing fails then.
#ifndef FAILING_ALLOCATOR_OFF
void* operator new(size_t size) {
  void* memory = failing_allocator::MustFail() ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif
