// The way from one process to the other: the server's locator as an OBJREF.
#pragma once

#include <windows.h>

#include <unknwn.h>

#include <cstdint>
#include <mutex>
#include <vector>

#include "../../native/com_object.h"

namespace simulator {

// The OBJREF of the locator that this process's class object makes. Strong: the locator stays until the
// process ends, and any number of clients may unmarshal it. Waits for a thread of the MTA.
HRESULT MarshalLocator(std::vector<uint8_t>* reference);

// In the client: the OBJREF of the server that answers now, also when that server has died.
class CurrentServer {
 public:
  static CurrentServer& OfProcess();

  // Called on JavaScript threads: a server that has come back is found by the next CreateInstance. Waits for
  // a thread of the MTA; fails when nobody is there.
  HRESULT Set(std::vector<uint8_t> reference);
  std::vector<uint8_t> Get() const;

 private:
  mutable std::mutex mutex_;
  std::vector<uint8_t> reference_;
  std::vector<ComPtr<IUnknown>> pinned_;  // a proxy of each server's locator, for ever
};

// In the client: stands in for the system's locator and hands out proxies of the current server's. Fails with
// what COM says when that server is dead.
class RemoteLocatorFactory final : public ComObject<IClassFactory> {
 public:
  STDMETHODIMP CreateInstance(IUnknown* outer, REFIID iid, void** out) override;
  STDMETHODIMP LockServer(BOOL) override { return S_OK; }
};

}  // namespace simulator
