#include "locator.h"

#include <optional>
#include <string>

#include "extended_status.h"
#include "services.h"
#include "system_locator.h"
#include "text.h"

namespace simulator {
namespace {

constexpr const wchar_t* kNamespaces[] = {L"root\\virtualization\\v2", L"root\\HyperVCluster\\v2"};

// The namespace as WMI spells it; none for one that is the system's.
std::optional<std::wstring> FindSimulated(std::wstring_view name_space) {
  for (const wchar_t* each : kNamespaces) {
    if (EqualsNoCase(each, name_space)) return each;
  }
  return std::nullopt;
}

}  // namespace

// `.` and `localhost` are this machine; the scenario's computer name stands for a remote host, so that a
// client can use credentials with it.
HRESULT Locator::ConnectSimulated(const NamespacePath& path, bool with_credentials,
                                  IWbemServices** services) const {
  const std::wstring host = path.host.value_or(L".");
  const bool local = host == L"." || EqualsNoCase(host, L"localhost");
  if (!local && !EqualsNoCase(host, world_->computer())) return HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE);
  if (local && with_credentials) return WBEM_E_LOCAL_CREDENTIALS;
  if (world_->namespace_missing()) return WBEM_E_INVALID_NAMESPACE;
  auto location = std::make_shared<Location>(Location{world_->computer(), path.name_space});
  *services = Make<Services>(Connection{world_, std::move(location), world_->Generation()}).Detach();
  return WBEM_S_NO_ERROR;
}

STDMETHODIMP Locator::ConnectServer(const BSTR resource, const BSTR user, const BSTR password,
                                    const BSTR locale, LONG security_flags, const BSTR authority,
                                    IWbemContext* context, IWbemServices** services) {
  return NoThrow([&]() -> HRESULT {
    if (services == nullptr) return WBEM_E_INVALID_PARAMETER;
    *services = nullptr;
    if (resource == nullptr) return WBEM_E_INVALID_PARAMETER;
    auto path = ParseNamespacePath(View(resource));
    const auto simulated = path ? FindSimulated(path->name_space) : std::nullopt;
    if (!simulated) {
      ComPtr<IWbemLocator> system;
      const HRESULT hr = CreateSystemLocator(system.Receive());
      if (FAILED(hr)) return hr;
      return system->ConnectServer(resource, user, password, locale, security_flags, authority, context,
                                   services);
    }
    path->name_space = *simulated;
    const ConnectArguments arguments{TextOf(user), TextOf(locale), TextOf(authority), security_flags};
    HRESULT hr = world_->Enter({Operation::kConnect, {}, TextOf(resource), arguments}, std::nullopt);
    if (FAILED(hr)) return hr;
    hr = ConnectSimulated(*path, user != nullptr, services);
    if (SUCCEEDED(hr)) return hr;
    return Fail({hr, NameOf(Operation::kConnect).wmi, View(resource), L"WinMgmt", L""});
  });
}

STDMETHODIMP LocatorFactory::CreateInstance(IUnknown* outer, REFIID iid, void** out) {
  return NoThrow([&]() -> HRESULT {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    if (outer != nullptr) return CLASS_E_NOAGGREGATION;
    return Make<Locator>(world_)->QueryInterface(iid, out);
  });
}

}  // namespace simulator
