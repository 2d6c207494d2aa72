#include "server.h"

#include <windows.h>

#include <objbase.h>

#include <chrono>
#include <condition_variable>
#include <stdexcept>
#include <thread>
#include <utility>

#include "locator.h"

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

// Keeps a class object registered from a thread of its own: the registration belongs to that thread's
// apartment, the process's MTA, and lasts while the thread does. Shared with the thread, which is detached.
class Registration : public std::enable_shared_from_this<Registration> {
 public:
  explicit Registration(std::shared_ptr<World> world) : world_(std::move(world)) {}

  HRESULT Begin() {
    PinModule();
    std::thread([self = shared_from_this()] { self->Run(); }).detach();
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return state_ != State::kStarting; })) return E_UNEXPECTED;
    return status_;
  }

  void End() {
    std::unique_lock<std::mutex> lock(mutex_);
    stop_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [&] { return state_ == State::kEnded; });
  }

 private:
  enum class State : uint8_t { kStarting, kRegistered, kEnded };

  void Run() {
    const HRESULT initialised = ::CoInitializeEx(nullptr, COINIT_MULTITHREADED);
    DWORD cookie = 0;
    HRESULT hr = initialised;
    if (SUCCEEDED(hr)) {
      const auto factory = Make<LocatorFactory>(world_);
      hr = ::CoRegisterClassObject(CLSID_WbemLocator, factory.Get(), CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE,
                                   &cookie);
    }
    Enter(SUCCEEDED(hr) ? State::kRegistered : State::kEnded, hr);
    if (SUCCEEDED(hr)) {
      WaitForStop();
      ::CoRevokeClassObject(cookie);
    }
    world_.reset();
    if (SUCCEEDED(initialised)) ::CoUninitialize();
    Enter(State::kEnded, hr);
  }

  // Lasts as long as the process unless the simulator is stopped: the thread is detached and holds nothing
  // up.
  void WaitForStop() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return stop_; });
  }

  void Enter(State state, HRESULT status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    state_ = state;
    status_ = status;
    changed_.notify_all();
  }

  std::shared_ptr<World> world_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kStarting;
  HRESULT status_ = E_UNEXPECTED;
  bool stop_ = false;
};

Server::Server() = default;
Server::~Server() = default;

Server& Server::OfProcess() {
  // Never destroyed: its thread may outlive static destructors.
  static Server* const server = new Server;
  return *server;
}

uint32_t Server::Start(std::shared_ptr<World> world) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (registration_ != nullptr) registration_->End();
  registration_ = nullptr;
  world_ = world;
  const auto registration = std::make_shared<Registration>(std::move(world));
  const HRESULT hr = registration->Begin();
  if (FAILED(hr)) throw std::runtime_error("the locator's class object could not be registered");
  registration_ = registration;
  return ++starts_;
}

void Server::Stop(uint32_t start) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (start != starts_ || registration_ == nullptr) return;
  registration_->End();
  registration_ = nullptr;
}

std::shared_ptr<World> Server::world() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return world_;
}

}  // namespace simulator
