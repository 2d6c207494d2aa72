// IEnumWbemClassObject over the answer of a query.
// https://learn.microsoft.com/windows/win32/api/wbemcli/nn-wbemcli-ienumwbemclassobject
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "mutex.h"
#include "blanket.h"
#include "com_object.h"
#include "record.h"
#include "world.h"

namespace simulator {

class Enumerator final : public Proxied<Enumerator, IEnumWbemClassObject> {
 public:
  Enumerator(Connection connection, std::vector<RecordPtr> records, bool forward_only)
      : connection_(std::move(connection)), records_(std::move(records)), forward_only_(forward_only) {}
  const Connection& connection() const { return connection_; }

  // IEnumWbemClassObject
  STDMETHODIMP Reset() override;
  STDMETHODIMP Next(LONG timeout, ULONG count, IWbemClassObject** objects, ULONG* returned) override;
  STDMETHODIMP NextAsync(ULONG, IWbemObjectSink*) override { return WBEM_E_NOT_SUPPORTED; }
  STDMETHODIMP Clone(IEnumWbemClassObject** copy) override;
  STDMETHODIMP Skip(LONG timeout, ULONG count) override;

 private:
  const Connection connection_;
  const std::vector<RecordPtr> records_;
  const bool forward_only_;
  Mutex mutex_;
  size_t position_ = 0;
};

}  // namespace simulator
