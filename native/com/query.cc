#include "com/query.h"

#include "com/com_failure.h"
#include "com/patience.h"
#include "com/variant_read.h"

namespace hje {
namespace {

// One round trip fetches this many; jobs are about 50 properties each.
constexpr ULONG kBatch = 32;

}  // namespace

std::vector<CimObject> Query(Connection& connection, const QueryRequest& request,
                             const std::atomic<bool>& abandoned) {
  const Bstr language(L"WQL");
  const Bstr wql(request.wql);
  ComPtr<IEnumWbemClassObject> enumerator;
  Check(connection.services()->ExecQuery(language.Get(), wql.Get(),
                                         WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, nullptr,
                                         &enumerator),
        "IWbemServices::ExecQuery");
  if (enumerator == nullptr) {
    throw ProtocolFailure("IWbemServices::ExecQuery", u"success without an enumerator");
  }
  connection.SecureProxy(enumerator.Get());

  std::vector<CimObject> objects;
  Patience patience;
  while (!abandoned) {
    ObjectBatch<kBatch> batch;
    ULONG count = 0;
    const HRESULT hr = enumerator->Next(patience.Next(), kBatch, batch.Out(), &count);
    Check(hr, "IEnumWbemClassObject::Next");
    for (ULONG i = 0; i < count && i < kBatch; ++i)
      if (batch[i] != nullptr) objects.push_back(ReadObject(batch[i]));
    if (hr == WBEM_S_FALSE) break;
  }
  return objects;
}

}  // namespace hje
