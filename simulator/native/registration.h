// A class object that stands in for the system's WMI locator in this process.
#pragma once

#include <windows.h>

#include <unknwn.h>

#include <cstdint>
#include <memory>
#include <mutex>

#include "mutex.h"
#include "com_raii.h"

namespace simulator {

// Keeps a class object registered from a thread of its own: the registration belongs to that thread's
// apartment, the process's MTA, and lasts while the thread does. Shared with the thread, which is detached.
class Registration : public std::enable_shared_from_this<Registration> {
 public:
  explicit Registration(ComPtr<IClassFactory> factory) : factory_(std::move(factory)) {}

  // Both are called once, in this order, on any thread; they wait for the registration thread.
  HRESULT Begin();
  void End();

 private:
  enum class State : uint8_t { kStarting, kRegistered, kEnded };

  static unsigned __stdcall ThreadMain(void* self);
  bool StartThread();
  void Run();
  void WaitForStop();
  void Enter(State state, HRESULT status);

  ComPtr<IClassFactory> factory_;
  Mutex mutex_;
  ConditionVariable changed_;
  State state_ = State::kStarting;
  HRESULT status_ = E_UNEXPECTED;
  bool stop_ = false;
};

}  // namespace simulator
