#include "com/connection.h"

#include <cwchar>
#include <iterator>

#include "com/com_failure.h"

namespace hje {
namespace {

BSTR OrNull(const std::optional<Bstr>& text) { return text ? text->Get() : nullptr; }

void Assign(std::optional<Bstr>* target, const std::optional<std::u16string>& text) {
  if (text) target->emplace(*text);
}

// An in-process object has no proxy and answers E_NOINTERFACE: that is normal. Microsoft Learn,
// "CoSetProxyBlanket function (combaseapi.h)",
// https://learn.microsoft.com/windows/win32/api/combaseapi/nf-combaseapi-cosetproxyblanket
void SetBlanket(IUnknown* proxy, DWORD authn, DWORD authz, OLECHAR* principal, DWORD level, void* identity) {
  const HRESULT hr = CoSetProxyBlanket(proxy, authn, authz, principal, level, RPC_C_IMP_LEVEL_IMPERSONATE,
                                       identity, EOAC_NONE);
  if (hr != E_NOINTERFACE) Check(hr, "CoSetProxyBlanket");
}

std::u16string ServerPath(const ConnectionSettings& settings) {
  return settings.host ? u"\\\\" + *settings.host + u"\\" + settings.name_space : settings.name_space;
}

USHORT* Units(std::u16string_view text) {
  return reinterpret_cast<USHORT*>(const_cast<char16_t*>(text.data()));
}

}  // namespace

RemoteIdentity::RemoteIdentity(const ConnectionSettings& settings) {
  // "ntlmdomain:<domain>"; a Kerberos authority names a principal, not the account's domain. A UPN
  // (user@domain) has no domain part either.
  static constexpr wchar_t kNtlmDomain[] = L"ntlmdomain:";
  constexpr size_t kPrefixLength = std::size(kNtlmDomain) - 1;
  const std::u16string& user = *settings.user;
  const size_t slash = user.find(u'\\');
  if (slash != std::u16string::npos) {
    domain_ = user.substr(0, slash);
    user_ = user.substr(slash + 1);
  } else {
    user_ = user;
    if (settings.authority && _wcsnicmp(ToWide(*settings.authority), kNtlmDomain, kPrefixLength) == 0) {
      domain_ = settings.authority->substr(kPrefixLength);
    }
  }
  value_.User = Units(user_);
  value_.UserLength = static_cast<ULONG>(user_.size());
  value_.Domain = domain_.empty() ? nullptr : Units(domain_);
  value_.DomainLength = static_cast<ULONG>(domain_.size());
  if (settings.password) {
    value_.Password = Units(settings.password->text());
    value_.PasswordLength = static_cast<ULONG>(settings.password->text().size());
  }
  value_.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
}

Connection::Connection(std::shared_ptr<const ConnectionSettings> settings) : settings_(std::move(settings)) {
  if (settings_->host && settings_->user) identity_ = std::make_unique<RemoteIdentity>(*settings_);
}

std::shared_ptr<Connection> Connection::Open(std::shared_ptr<const ConnectionSettings> settings) {
  std::shared_ptr<Connection> connection(new Connection(std::move(settings)));
  const ConnectionSettings& wanted = *connection->settings_;

  ComPtr<IWbemLocator> locator;
  Check(CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, IID_PPV_ARGS(&locator)),
        "CoCreateInstance(WbemLocator)");

  const Bstr path(ServerPath(wanted));
  std::optional<Bstr> user;
  std::optional<Bstr> password;
  std::optional<Bstr> locale;
  std::optional<Bstr> authority;
  Assign(&user, wanted.user);
  Assign(&locale, wanted.locale);
  Assign(&authority, wanted.authority);
  if (wanted.password) password.emplace(wanted.password->text());
  // With USE_MAX_WAIT it returns within two minutes; with 0 it may never return. Microsoft Learn,
  // "IWbemLocator::ConnectServer method (wbemcli.h)",
  // https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemlocator-connectserver
  //
  // One that was given up is not cancelled. CoCancelCall ends a call on a proxy of this thread ("CoCancelCall
  // function (combaseapi.h)"); the locator is an object in the process, and what waits for a host that does
  // not answer is its RPC run-time library, below any proxy. The attempt has a thread of its own, holds
  // nobody else, and ends by itself.
  const HRESULT hr = locator->ConnectServer(path.Get(), OrNull(user), OrNull(password), OrNull(locale),
                                            WBEM_FLAG_CONNECT_USE_MAX_WAIT, OrNull(authority), nullptr,
                                            connection->services_.ReleaseAndGetAddressOf());
  if (password) password->Wipe();
  Check(hr, "IWbemLocator::ConnectServer");
  if (connection->services_ == nullptr) {
    throw ProtocolFailure("IWbemLocator::ConnectServer", u"success without an IWbemServices");
  }
  connection->SecureProxy(connection->services_.Get());
  return connection;
}

void Connection::SecureProxy(IUnknown* proxy) const {
  if (!settings_->host) {
    SetBlanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL, nullptr);
    return;
  }
  void* identity = identity_ ? identity_->Get() : nullptr;
  SetBlanket(proxy, RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_DEFAULT, COLE_DEFAULT_PRINCIPAL,
             RPC_C_AUTHN_LEVEL_PKT_PRIVACY, identity);
  if (identity == nullptr) return;
  // IUnknown has a blanket of its own, used by remote QueryInterface and Release.
  ComPtr<IUnknown> unknown;
  Check(proxy->QueryInterface(IID_PPV_ARGS(&unknown)), "IUnknown::QueryInterface(IUnknown)");
  SetBlanket(unknown.Get(), RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_DEFAULT, COLE_DEFAULT_PRINCIPAL,
             RPC_C_AUTHN_LEVEL_PKT_PRIVACY, identity);
}

std::shared_ptr<const MethodSignature> Connection::Signature(const std::u16string& class_name,
                                                             const std::u16string& method) {
  const std::u16string key = class_name + u'.' + method;
  {
    const Lock lock(mutex_);
    const auto found = signatures_.find(key);
    if (found != signatures_.end()) return found->second;
  }
  // Two workers may look the same method up at once; the last one is kept.
  ComPtr<IWbemClassObject> definition;
  const Bstr path(class_name);
  Check(services_->GetObject(path.Get(), WBEM_FLAG_RETURN_WBEM_COMPLETE, nullptr, &definition, nullptr),
        "IWbemServices::GetObject");
  if (definition == nullptr) {
    throw ProtocolFailure("IWbemServices::GetObject", u"success without an object");
  }
  auto signature = std::make_shared<MethodSignature>();
  ComPtr<IWbemClassObject> out_params;
  // An unknown method is "not found" here and "invalid method" to ExecMethod: callers see the latter alone.
  HRESULT hr = definition->GetMethod(ToWide(method), 0, &signature->in_params, &out_params);
  if (hr == kNotFound) hr = static_cast<HRESULT>(WBEM_E_INVALID_METHOD);
  Check(hr, "IWbemClassObject::GetMethod");
  signature->has_out_params = out_params != nullptr;

  const Lock lock(mutex_);
  signatures_[key] = signature;
  return signature;
}

std::shared_ptr<EventSource> Connection::events() {
  const Lock lock(mutex_);
  return events_;
}

// The replaced subscription is released by the argument's destructor, after the lock.
void Connection::SetEvents(std::shared_ptr<EventSource> events) {
  const Lock lock(mutex_);
  events_.swap(events);
}

}  // namespace hje
