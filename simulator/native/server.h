// The server of the process: at most one class object at a time stands in for the system's WMI locator.
#pragma once

#include <windows.h>

#include <unknwn.h>

#include <cstdint>
#include <memory>
#include <mutex>

#include "mutex.h"
#include "com_raii.h"
#include "world.h"

namespace simulator {

class Registration;

// Called on JavaScript threads, of any environment; each call waits for the registration thread.
class Server {
 public:
  static Server& OfProcess();

  // Registers a class object, in place of an earlier one. `world` is what it serves, null for one whose
  // server is elsewhere; connections made before keep the world they were made with. Returns the number of
  // the start; throws std::runtime_error on failure.
  uint32_t Start(ComPtr<IClassFactory> factory, std::shared_ptr<World> world);

  // Gives the system its locator back and ends what waits in the world; does nothing if another start has
  // followed the one with that number.
  void Stop(uint32_t start);

  // The world of the latest start, also after it was stopped; null before the first, or when it has none.
  std::shared_ptr<World> world() const;
  // The world of the start with that number; null when another has followed it, or when it has none.
  std::shared_ptr<World> WorldOf(uint32_t start) const;

 private:
  Server();
  ~Server();

  mutable Mutex mutex_;
  uint32_t starts_ = 0;
  std::shared_ptr<World> world_;
  std::shared_ptr<Registration> registration_;  // null while stopped
};

}  // namespace simulator
