#include "registration.h"

#include <objbase.h>
#include <process.h>
#include <wbemidl.h>

#include <chrono>
#include <memory>

namespace simulator {
namespace {

// Registering takes milliseconds; a registration thread that needs longer is broken.
constexpr std::chrono::seconds kPatience{10};

// Detached threads run this module's code: keep it mapped when the last environment of the process unloads
// it.
void PinModule() {
  HMODULE module = nullptr;
  ::GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                       reinterpret_cast<LPCWSTR>(&PinModule), &module);
}

}  // namespace

unsigned __stdcall Registration::ThreadMain(void* data) {
  const std::unique_ptr<std::shared_ptr<Registration>> self(
      static_cast<std::shared_ptr<Registration>*>(data));
  (*self)->Run();
  return 0;
}

// Not by std::thread: with MinGW's threads a detached one now and then never runs inside node.exe.
bool Registration::StartThread() {
  auto self = std::make_unique<std::shared_ptr<Registration>>(shared_from_this());
  const uintptr_t thread = ::_beginthreadex(nullptr, 0, &ThreadMain, self.get(), 0, nullptr);
  if (thread == 0) return false;
  self.release();  // NOLINT(bugprone-unused-return-value): the thread's now
  ::CloseHandle(reinterpret_cast<HANDLE>(thread));
  return true;
}

HRESULT Registration::Begin() {
  PinModule();
  if (!StartThread()) return E_OUTOFMEMORY;
  std::unique_lock<Mutex> lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [&] { return state_ != State::kStarting; })) return E_UNEXPECTED;
  return status_;
}

void Registration::End() {
  std::unique_lock<Mutex> lock(mutex_);
  stop_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, kPatience, [&] { return state_ == State::kEnded; });
}

void Registration::Run() {
  const HRESULT initialised = ::CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  DWORD cookie = 0;
  HRESULT hr = initialised;
  if (SUCCEEDED(hr)) {
    hr = ::CoRegisterClassObject(CLSID_WbemLocator, factory_.Get(), CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE,
                                 &cookie);
  }
  Enter(SUCCEEDED(hr) ? State::kRegistered : State::kEnded, hr);
  if (SUCCEEDED(hr)) {
    WaitForStop();
    ::CoRevokeClassObject(cookie);
  }
  factory_ = {};
  if (SUCCEEDED(initialised)) ::CoUninitialize();
  Enter(State::kEnded, hr);
}

// Lasts as long as the process unless the simulator is stopped: the thread is detached and holds nothing up.
void Registration::WaitForStop() {
  std::unique_lock<Mutex> lock(mutex_);
  changed_.wait(lock, [&] { return stop_; });
}

void Registration::Enter(State state, HRESULT status) {
  const std::lock_guard<Mutex> lock(mutex_);
  state_ = state;
  status_ = status;
  changed_.notify_all();
}

}  // namespace simulator
