// IEnumWbemClassObject over the events of a subscription, and how a client gets one.
// https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemservices-execnotificationquery
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "blanket.h"
#include "com_object.h"
#include "subscription.h"
#include "world.h"

namespace simulator {

// IWbemServices::ExecNotificationQuery after its arguments have been checked and the call has been let in.
HRESULT Subscribe(const Connection& connection, std::wstring_view query, IEnumWbemClassObject** enumerator);

// Semisynchronous and forward-only. The subscription ends with it.
class EventEnumerator final : public Proxied<EventEnumerator, IEnumWbemClassObject> {
 public:
  EventEnumerator(Connection connection, std::shared_ptr<Subscription> subscription)
      : connection_(std::move(connection)), subscription_(std::move(subscription)) {}
  ~EventEnumerator() override;
  const Connection& connection() const { return connection_; }

  // IEnumWbemClassObject
  STDMETHODIMP Reset() override { return WBEM_E_INVALID_OPERATION; }
  STDMETHODIMP Next(LONG timeout, ULONG count, IWbemClassObject** objects, ULONG* returned) override;
  STDMETHODIMP NextAsync(ULONG, IWbemObjectSink*) override { return WBEM_E_NOT_SUPPORTED; }
  STDMETHODIMP Clone(IEnumWbemClassObject** copy) override;
  STDMETHODIMP Skip(LONG, ULONG) override { return WBEM_E_NOT_SUPPORTED; }

 private:
  HRESULT Read(LONG timeout, ULONG count, std::vector<Change>* events);

  const Connection connection_;
  const std::shared_ptr<Subscription> subscription_;
};

}  // namespace simulator
