#include "com/subscription.h"

#include "com/com_failure.h"
#include "com/variant_read.h"

namespace hje {
namespace {

constexpr char kNext[] = "IEnumWbemClassObject::Next";
// Without events the caller hears nothing for so long: it tells a quiet provider from a hung one by this.
constexpr uint64_t kLongestWaitMs = 10'000;
// What has queued up behind the first event comes with it, in batches of this size.
constexpr ULONG kBatch = 64;

// Takes what one Next gives and returns its status.
HRESULT Take(IEnumWbemClassObject* events, long timeout_ms, ULONG most, std::vector<CimObject>* taken) {
  ObjectBatch<kBatch> batch;
  ULONG count = 0;
  const HRESULT hr = events->Next(timeout_ms, most, batch.Out(), &count);
  Check(hr, kNext);
  for (ULONG i = 0; i < count && i < kBatch; ++i) {
    if (batch[i] != nullptr) taken->push_back(ReadObject(batch[i]));
  }
  return hr;
}

}  // namespace

void Subscribe(Connection& connection, const SubscribeRequest& request) {
  const Bstr language(L"WQL");
  const Bstr wql(request.wql);
  ComPtr<IEnumWbemClassObject> events;
  Check(
      connection.services()->ExecNotificationQuery(
          language.Get(), wql.Get(), WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, nullptr, &events),
      "IWbemServices::ExecNotificationQuery");
  if (events == nullptr) {
    throw ProtocolFailure("IWbemServices::ExecNotificationQuery", u"success without an enumerator");
  }
  connection.SecureProxy(events.Get());
  connection.SetEvents(std::make_shared<EventSource>(std::move(events)));
}

std::vector<CimObject> NextEvents(Connection& connection, const std::atomic<bool>& abandoned) {
  const std::shared_ptr<EventSource> source = connection.events();
  if (source == nullptr) throw WbemFailure(RPC_E_DISCONNECTED, kNext);
  std::vector<CimObject> taken;
  const uint64_t deadline = GetTickCount64() + kLongestWaitMs;
  for (;;) {
    const uint64_t now = GetTickCount64();
    if (abandoned || now >= deadline) break;
    // One object: Next then returns with the first event instead of waiting for a full batch.
    const HRESULT hr =
        Take(source->events.Get(), source->patience.Next(static_cast<long>(deadline - now)), 1, &taken);
    // An enumeration of events has no end: one that says so has lost its source.
    if (taken.empty() && hr == WBEM_S_FALSE) throw WbemFailure(RPC_E_DISCONNECTED, kNext);
    if (taken.empty()) continue;
    try {
      Take(source->events.Get(), WBEM_NO_WAIT, kBatch, &taken);
    } catch (const Failure&) {
      // What has been read is delivered. What was taken and not read is lost, which the next call tells.
      connection.SetEvents(nullptr);
    }
    break;
  }
  return taken;
}

}  // namespace hje
