// IClientSecurity of a proxy, as far as clients set blankets. An object in the client's own process has none,
// and a real one carries it out: here it is only recorded, by scenarios that ask for it.
// https://learn.microsoft.com/windows/win32/api/objidl/nn-objidl-iclientsecurity
#pragma once

#include <windows.h>

#include <objidl.h>

#include <optional>
#include <string>
#include <type_traits>

#include "com_object.h"
#include "log.h"

namespace simulator {

// The account of a blanket; of the password only its length is kept.
struct BlanketIdentity {
  std::wstring user;
  std::wstring domain;
  unsigned long password_length;
};

struct Blanket {
  const wchar_t* proxy;
  DWORD authentication;
  DWORD authorization;
  std::optional<std::wstring> principal;  // "default" for COLE_DEFAULT_PRINCIPAL
  DWORD level;
  DWORD impersonation;
  DWORD capabilities;
  std::optional<BlanketIdentity> identity;
  size_t calls_before;  // those that had reached the server by then
};

using BlanketLog = Log<Blanket>;

Blanket MakeBlanket(const wchar_t* proxy, DWORD authentication, DWORD authorization, const OLECHAR* principal,
                    DWORD level, DWORD impersonation, const void* identity, DWORD capabilities);

// Base of an object that a client has through a proxy where the server is another process. `Owner` has
// `const Connection& connection() const`.
template <typename Owner, typename Interface>
class Proxied : public ComObject<Interface, IClientSecurity> {
 public:
  // IClientSecurity
  STDMETHODIMP QueryBlanket(IUnknown*, DWORD*, DWORD*, OLECHAR**, DWORD*, DWORD*, void**, DWORD*) override {
    return E_NOTIMPL;
  }
  STDMETHODIMP SetBlanket(IUnknown*, DWORD authentication, DWORD authorization, OLECHAR* principal,
                          DWORD level, DWORD impersonation, void* identity, DWORD capabilities) override {
    return NoThrow([&]() -> HRESULT {
      constexpr bool kServices = std::is_same_v<Interface, IWbemServices>;
      Blanket blanket = MakeBlanket(kServices ? L"IWbemServices" : L"IEnumWbemClassObject", authentication,
                                    authorization, principal, level, impersonation, identity, capabilities);
      blanket.calls_before = world().log().Entries().size();
      world().blankets().Add(blanket);
      return S_OK;
    });
  }
  STDMETHODIMP CopyProxy(IUnknown*, IUnknown**) override { return E_NOTIMPL; }

 protected:
  bool Offers(REFIID iid) const override {
    return iid != __uuidof(IClientSecurity) || world().blankets().recording();
  }

 private:
  auto& world() const { return *static_cast<const Owner*>(this)->connection().world; }
};

}  // namespace simulator
