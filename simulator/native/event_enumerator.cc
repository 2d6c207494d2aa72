#include "event_enumerator.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "class_object.h"
#include "extended_status.h"

namespace simulator {
namespace {

// Signed, as the parameter is: the enumeration it comes from need not be.
constexpr LONG kInfinite = static_cast<LONG>(WBEM_INFINITE);

}  // namespace

HRESULT Subscribe(const Connection& connection, std::wstring_view query, IEnumWbemClassObject** enumerator) {
  std::optional<EventQuery> parsed;
  HRESULT hr = EventQuery::Parse(query, connection.world->classes(), &parsed);
  if (FAILED(hr)) return hr;
  std::shared_ptr<Subscription> subscription;
  hr = connection.world->scene().Subscribe(*std::move(parsed), connection.location, &subscription);
  if (FAILED(hr)) return hr;
  *enumerator = Make<EventEnumerator>(connection, std::move(subscription)).Detach();
  return WBEM_S_NO_ERROR;
}

EventEnumerator::~EventEnumerator() { connection_.world->scene().ReleaseSubscription(*subscription_); }

// A call that fails ends the subscription: each later one fails alike.
HRESULT EventEnumerator::Read(LONG timeout, ULONG count, std::vector<Change>* events) {
  Scene& scene = connection_.world->scene();
  const HRESULT hr = connection_.Enter({Operation::kNext, {}, {}, {}});
  if (FAILED(hr)) return scene.EndSubscription(subscription_.get(), hr);
  const auto timeout_ms = timeout == kInfinite ? std::nullopt : std::make_optional<uint32_t>(timeout);
  return scene.Read(subscription_.get(), timeout_ms, count, events);
}

STDMETHODIMP EventEnumerator::Next(LONG timeout, ULONG count, IWbemClassObject** objects, ULONG* returned) {
  return NoThrow([&]() -> HRESULT {
    if (returned == nullptr) return WBEM_E_INVALID_PARAMETER;
    *returned = 0;
    if (objects == nullptr || count == 0 || timeout < kInfinite) return WBEM_E_INVALID_PARAMETER;
    std::fill_n(objects, count, nullptr);
    std::vector<Change> events;
    const HRESULT hr = Read(timeout, count, &events);
    if (FAILED(hr)) return Fail({hr, NameOf(Operation::kNext).wmi, L"", L"WinMgmt", L""});

    std::vector<ComPtr<ClassObject>> batch;
    batch.reserve(events.size());
    for (const Change& event : events) {
      const uint64_t created = connection_.world->scene().FileTimeAt(event.at_ms);
      batch.push_back(MakeObject(MakeEvent(event, created, connection_.location), connection_.location));
    }
    for (size_t i = 0; i < batch.size(); ++i) objects[i] = batch[i].Detach();
    *returned = static_cast<ULONG>(batch.size());
    return hr;
  });
}

STDMETHODIMP EventEnumerator::Clone(IEnumWbemClassObject** copy) {
  if (copy == nullptr) return WBEM_E_INVALID_PARAMETER;
  *copy = nullptr;
  return WBEM_E_INVALID_OPERATION;
}

}  // namespace simulator
