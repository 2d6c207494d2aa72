#include "server.h"

#include <stdexcept>
#include <utility>

#include "registration.h"

namespace simulator {

Server::Server() = default;
Server::~Server() = default;

Server& Server::OfProcess() {
  // Never destroyed: its thread may outlive static destructors.
  static Server* const server = new Server;
  return *server;
}

uint32_t Server::Start(ComPtr<IClassFactory> factory, std::shared_ptr<World> world) {
  const std::lock_guard<Mutex> lock(mutex_);
  if (registration_ != nullptr) registration_->End();
  registration_ = nullptr;
  if (world_ != nullptr) world_->Stop();
  world_ = std::move(world);
  const auto registration = std::make_shared<Registration>(std::move(factory));
  const HRESULT hr = registration->Begin();
  if (FAILED(hr)) throw std::runtime_error("the locator's class object could not be registered");
  registration_ = registration;
  return ++starts_;
}

void Server::Stop(uint32_t start) {
  const std::lock_guard<Mutex> lock(mutex_);
  if (start != starts_ || registration_ == nullptr) return;
  registration_->End();
  registration_ = nullptr;
  if (world_ != nullptr) world_->Stop();
}

std::shared_ptr<World> Server::world() const {
  const std::lock_guard<Mutex> lock(mutex_);
  return world_;
}

std::shared_ptr<World> Server::WorldOf(uint32_t start) const {
  const std::lock_guard<Mutex> lock(mutex_);
  return start == starts_ ? world_ : nullptr;
}

}  // namespace simulator
