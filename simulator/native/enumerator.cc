#include "enumerator.h"

#include <algorithm>

#include "class_object.h"
#include "extended_status.h"

namespace simulator {

STDMETHODIMP Enumerator::Reset() {
  if (forward_only_) return WBEM_E_INVALID_OPERATION;
  const std::lock_guard<Mutex> lock(mutex_);
  position_ = 0;
  return WBEM_S_NO_ERROR;
}

// The whole answer exists already, so the time-out never matters.
STDMETHODIMP Enumerator::Next(LONG, ULONG count, IWbemClassObject** objects, ULONG* returned) {
  return NoThrow([&]() -> HRESULT {
    if (returned == nullptr) return WBEM_E_INVALID_PARAMETER;
    *returned = 0;
    if (objects == nullptr || count == 0) return WBEM_E_INVALID_PARAMETER;
    std::fill_n(objects, count, nullptr);
    const HRESULT hr = connection_.Enter({Operation::kNext, {}, {}, {}});
    if (FAILED(hr)) return hr;

    const std::lock_guard<Mutex> lock(mutex_);
    const size_t found = std::min<size_t>(count, records_.size() - position_);
    std::vector<ComPtr<ClassObject>> batch;
    batch.reserve(found);
    for (size_t i = 0; i < found; ++i)
      batch.push_back(MakeObject(records_[position_ + i], connection_.location));
    for (size_t i = 0; i < found; ++i) objects[i] = batch[i].Detach();
    position_ += found;
    *returned = static_cast<ULONG>(found);
    return found == count ? WBEM_S_NO_ERROR : WBEM_S_FALSE;
  });
}

STDMETHODIMP Enumerator::Clone(IEnumWbemClassObject** copy) {
  return NoThrow([&]() -> HRESULT {
    if (copy == nullptr) return WBEM_E_INVALID_PARAMETER;
    *copy = nullptr;
    if (forward_only_) return WBEM_E_INVALID_OPERATION;
    auto clone = Make<Enumerator>(connection_, records_, false);
    {
      const std::lock_guard<Mutex> lock(mutex_);
      clone->position_ = position_;
    }
    *copy = clone.Detach();
    return WBEM_S_NO_ERROR;
  });
}

STDMETHODIMP Enumerator::Skip(LONG, ULONG count) {
  const std::lock_guard<Mutex> lock(mutex_);
  const size_t skipped = std::min<size_t>(count, records_.size() - position_);
  position_ += skipped;
  return skipped == count ? WBEM_S_NO_ERROR : WBEM_S_FALSE;
}

}  // namespace simulator
