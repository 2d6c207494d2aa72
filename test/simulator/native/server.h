// The server of the process: at most one scenario at a time stands in for the system's WMI locator.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "world.h"

namespace simulator {

class Registration;

// Called on JavaScript threads, of any environment; each call waits for the registration thread.
class Server {
 public:
  static Server& OfProcess();

  // Registers a class object that serves this world, in place of an earlier one. Connections made before keep
  // the world they were made with. Returns the number of the start; throws std::runtime_error on failure.
  uint32_t Start(std::shared_ptr<World> world);

  // Gives the system its locator back; does nothing if another start has followed the one with that number.
  void Stop(uint32_t start);

  // The world of the latest start, also after it was stopped; null before the first.
  std::shared_ptr<World> world() const;

 private:
  Server();
  ~Server();

  mutable std::mutex mutex_;
  uint32_t starts_ = 0;
  std::shared_ptr<World> world_;
  std::shared_ptr<Registration> registration_;  // null while stopped
};

}  // namespace simulator
