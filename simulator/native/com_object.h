// Base of every COM object of the server: identity, atomic reference count, and the number of live objects.
#pragma once

#include <windows.h>

#include <unknwn.h>
#include <wbemidl.h>

#include <atomic>
#include <new>
#include <tuple>
#include <utility>

#include "com_raii.h"

namespace simulator {

// Live COM objects of the server in this process; what a leak test compares.
inline std::atomic<long>& LiveObjects() {
  static std::atomic<long> count{0};
  return count;
}

// All objects are free-threaded: they live in the MTA and are called on whichever of its threads.
template <typename... Interfaces>
class ComObject : public Interfaces... {
 public:
  ComObject(const ComObject&) = delete;
  ComObject& operator=(const ComObject&) = delete;

  // IUnknown
  STDMETHODIMP QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    if (iid == __uuidof(IUnknown)) {
      *out = static_cast<IUnknown*>(static_cast<First*>(this));
    } else if (Offers(iid)) {
      ((iid == __uuidof(Interfaces) ? void(*out = static_cast<Interfaces*>(this)) : void()), ...);
    }
    if (*out == nullptr) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return ++references_; }
  STDMETHODIMP_(ULONG) Release() override {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }

 protected:
  ComObject() { ++LiveObjects(); }
  virtual ~ComObject() { --LiveObjects(); }
  // For a class whose instances do not all offer the same interfaces.
  virtual bool Offers(REFIID) const { return true; }

 private:
  using First = std::tuple_element_t<0, std::tuple<Interfaces...>>;
  std::atomic<ULONG> references_{1};
};

template <typename T, typename... Arguments>
ComPtr<T> Make(Arguments&&... arguments) {
  return ComPtr<T>::Adopt(new T(std::forward<Arguments>(arguments)...));
}

// Runs the body of a COM method: no exception crosses the boundary.
template <typename Body>
HRESULT NoThrow(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return WBEM_E_OUT_OF_MEMORY;
  } catch (...) {
    return WBEM_E_CRITICAL_ERROR;
  }
}

}  // namespace simulator
