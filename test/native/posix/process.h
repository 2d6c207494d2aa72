// _beginthreadex on POSIX threads; see windows.h beside it.
#pragma once

#include <memory>

#include "windows.h"

// 0 when the system has no thread to give. The stack is the system's: a sanitizer needs more than the addon
// does.
inline uintptr_t _beginthreadex(void*, unsigned, unsigned (*start)(void*), void* argument, unsigned,
                                unsigned*) {
  struct Start {
    unsigned (*run)(void*);
    void* argument;
  };
  auto given = std::make_unique<Start>(Start{start, argument});
  const auto run = [](void* raw) -> void* {
    const std::unique_ptr<Start> owned(static_cast<Start*>(raw));
    owned->run(owned->argument);
    return nullptr;
  };
  pthread_t thread = {};
  if (pthread_create(&thread, nullptr, run, given.get()) != 0) return 0;
  given.release();
  pthread_detach(thread);
  return 1;
}
