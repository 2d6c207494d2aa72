// A connection to one WMI namespace. Worker threads only (MTA), unless a comment says otherwise.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "com/com_raii.h"
#include "com/patience.h"
#include "data/settings.h"
#include "work/lock.h"

namespace hje {

// The account of a remote connection as COM wants it, domain and user apart. Borrows the password from the
// settings.
class RemoteIdentity {
 public:
  // `settings` has a user and outlives the identity.
  explicit RemoteIdentity(const ConnectionSettings& settings);
  RemoteIdentity(const RemoteIdentity&) = delete;
  RemoteIdentity& operator=(const RemoteIdentity&) = delete;
  void* Get() { return &value_; }

 private:
  std::u16string domain_;
  std::u16string user_;
  SEC_WINNT_AUTH_IDENTITY_W value_ = {};
};

// The in-parameters that a method declares. Immutable and free-threaded.
struct MethodSignature {
  ComPtr<IWbemClassObject> in_params;  // null when the method has none
  bool has_out_params = false;
};

// An event subscription. A read that was given up may go on beside the next one.
struct EventSource {
  explicit EventSource(ComPtr<IEnumWbemClassObject> enumerator) : events(std::move(enumerator)) {}
  const ComPtr<IEnumWbemClassObject> events;
  Patience patience;
};

class Connection {
 public:
  // Locator, ConnectServer, proxy blanket. Throws a Failure.
  static std::shared_ptr<Connection> Open(std::shared_ptr<const ConnectionSettings> settings);

  IWbemServices* services() const { return services_.Get(); }

  // A proxy does not inherit its parent's blanket: to be called on every proxy before its first use.
  void SecureProxy(IUnknown* proxy) const;

  // Looked up once per connection. Throws a Failure; an unknown class or method is WMI's own.
  std::shared_ptr<const MethodSignature> Signature(const std::u16string& class_name,
                                                   const std::u16string& method);

  // The connection's one event subscription; null without. Any worker may replace it.
  std::shared_ptr<EventSource> events();
  void SetEvents(std::shared_ptr<EventSource> events);

 private:
  explicit Connection(std::shared_ptr<const ConnectionSettings> settings);

  const std::shared_ptr<const ConnectionSettings> settings_;
  // Declared before the proxies, so that it outlives them: COM may keep the pointer.
  std::unique_ptr<RemoteIdentity> identity_;
  ComPtr<IWbemServices> services_;
  Mutex mutex_;  // guards the rest
  std::shared_ptr<EventSource> events_;
  std::map<std::u16string, std::shared_ptr<const MethodSignature>> signatures_;
};

}  // namespace hje
