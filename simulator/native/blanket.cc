#include "blanket.h"

#include <rpc.h>

namespace simulator {
namespace {

std::wstring TextOf(const USHORT* units, unsigned long length) {
  return units == nullptr ? std::wstring() : std::wstring(reinterpret_cast<const wchar_t*>(units), length);
}

}  // namespace

Blanket MakeBlanket(const wchar_t* proxy, DWORD authentication, DWORD authorization, const OLECHAR* principal,
                    DWORD level, DWORD impersonation, const void* identity, DWORD capabilities) {
  Blanket blanket{proxy, authentication, authorization, {}, level, impersonation, capabilities, {}, 0};
  if (principal == COLE_DEFAULT_PRINCIPAL) {
    blanket.principal = L"default";
  } else if (principal != nullptr) {
    blanket.principal = principal;
  }
  if (const auto* account = static_cast<const SEC_WINNT_AUTH_IDENTITY_W*>(identity)) {
    blanket.identity = {TextOf(account->User, account->UserLength),
                        TextOf(account->Domain, account->DomainLength), account->PasswordLength};
  }
  return blanket;
}

}  // namespace simulator
