// IWbemLocator and its class object: the door through which a client gets to the simulated namespaces, or on
// to the system's WMI.
#pragma once

#include <memory>

#include "com_object.h"
#include "object_path.h"
#include "world.h"

namespace simulator {

// https://learn.microsoft.com/windows/win32/api/wbemcli/nn-wbemcli-iwbemlocator
class Locator final : public ComObject<IWbemLocator> {
 public:
  explicit Locator(std::shared_ptr<World> world) : world_(std::move(world)) {}

  STDMETHODIMP ConnectServer(const BSTR resource, const BSTR user, const BSTR password, const BSTR locale,
                             LONG security_flags, const BSTR authority, IWbemContext* context,
                             IWbemServices** services) override;

 private:
  HRESULT ConnectSimulated(const NamespacePath& path, bool with_credentials, IWbemServices** services) const;

  const std::shared_ptr<World> world_;
};

class LocatorFactory final : public ComObject<IClassFactory> {
 public:
  explicit LocatorFactory(std::shared_ptr<World> world) : world_(std::move(world)) {}

  STDMETHODIMP CreateInstance(IUnknown* outer, REFIID iid, void** out) override;
  STDMETHODIMP LockServer(BOOL) override { return S_OK; }

 private:
  const std::shared_ptr<World> world_;
};

}  // namespace simulator
