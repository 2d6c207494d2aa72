// Owners of COM resources. A pointer, BSTR, VARIANT, SAFEARRAY lock or apartment belongs to one of these from
// the line on which it is obtained; interface pointers belong to Microsoft::WRL::ComPtr.
#pragma once

#include <windows.h>
#include <objbase.h>
#include <oleauto.h>
#include <wbemcli.h>
#include <wrl/client.h>

#include <new>
#include <string>

#include "com/utf16.h"

namespace hje {

using Microsoft::WRL::ComPtr;

// WBEM_E_NOT_FOUND as Get returns it: the header declares an unsigned enumerator.
inline constexpr HRESULT kNotFound = static_cast<HRESULT>(WBEM_E_NOT_FOUND);

class Bstr {
 public:
  Bstr() = default;
  explicit Bstr(std::u16string_view text)
      : value_(SysAllocStringLen(reinterpret_cast<const wchar_t*>(text.data()),
                                 static_cast<UINT>(text.size()))) {
    if (value_ == nullptr) throw std::bad_alloc();
  }
  explicit Bstr(const wchar_t* literal) : value_(SysAllocString(literal)) {
    if (value_ == nullptr) throw std::bad_alloc();
  }
  Bstr(const Bstr&) = delete;
  Bstr& operator=(const Bstr&) = delete;
  ~Bstr() { SysFreeString(value_); }

  BSTR Get() const { return value_; }
  // For out-parameters; only on an empty owner.
  BSTR* Out() { return &value_; }
  BSTR Detach() {
    BSTR value = value_;
    value_ = nullptr;
    return value;
  }
  // Overwrites the text; it is freed as usual.
  void Wipe() {
    if (value_ != nullptr) SecureZeroMemory(value_, SysStringByteLen(value_));
  }

 private:
  BSTR value_ = nullptr;
};

// The objects that one IEnumWbemClassObject::Next fills in. Not ComPtr::Attach: MinGW's takes a reference
// more.
template <size_t Capacity>
class ObjectBatch {
 public:
  ObjectBatch() = default;
  ObjectBatch(const ObjectBatch&) = delete;
  ObjectBatch& operator=(const ObjectBatch&) = delete;
  ~ObjectBatch() {
    for (IWbemClassObject* object : objects_) {
      if (object != nullptr) object->Release();
    }
  }
  IWbemClassObject** Out() { return objects_; }
  IWbemClassObject* operator[](size_t index) const { return objects_[index]; }

 private:
  IWbemClassObject* objects_[Capacity] = {};
};

class Variant {
 public:
  Variant() { VariantInit(&value_); }
  Variant(const Variant&) = delete;
  Variant& operator=(const Variant&) = delete;
  ~Variant() { VariantClear(&value_); }

  VARIANT* Out() {
    VariantClear(&value_);
    return &value_;
  }
  VARIANT* Ptr() { return &value_; }
  const VARIANT& Get() const { return value_; }

 private:
  VARIANT value_;
};

// A SAFEARRAY that no VARIANT owns yet.
class SafeArray {
 public:
  explicit SafeArray(SAFEARRAY* array) : array_(array) {
    if (array_ == nullptr) throw std::bad_alloc();
  }
  SafeArray(const SafeArray&) = delete;
  SafeArray& operator=(const SafeArray&) = delete;
  ~SafeArray() {
    if (array_ != nullptr) SafeArrayDestroy(array_);
  }
  SAFEARRAY* Get() const { return array_; }
  SAFEARRAY* Detach() {
    SAFEARRAY* array = array_;
    array_ = nullptr;
    return array;
  }

 private:
  SAFEARRAY* array_;
};

// SafeArrayAccessData for a scope: a lock, not an owner; the array's owner frees it. Microsoft Learn,
// "SafeArrayAccessData function (oleauto.h)",
// https://learn.microsoft.com/windows/win32/api/oleauto/nf-oleauto-safearrayaccessdata
class SafeArrayData {
 public:
  explicit SafeArrayData(SAFEARRAY* array) : array_(array), status_(SafeArrayAccessData(array, &data_)) {}
  SafeArrayData(const SafeArrayData&) = delete;
  SafeArrayData& operator=(const SafeArrayData&) = delete;
  ~SafeArrayData() {
    if (SUCCEEDED(status_)) SafeArrayUnaccessData(array_);
  }
  HRESULT status() const { return status_; }
  template <typename T>
  T* As() const {
    return static_cast<T*>(data_);
  }

 private:
  SAFEARRAY* array_;
  void* data_ = nullptr;
  HRESULT status_;
};

// The calling thread's membership of the multithreaded apartment; one per thread life. Microsoft Learn,
// "CoInitializeEx function (combaseapi.h)",
// https://learn.microsoft.com/windows/win32/api/combaseapi/nf-combaseapi-coinitializeex
class MtaApartment {
 public:
  MtaApartment() : status_(CoInitializeEx(nullptr, COINIT_MULTITHREADED | COINIT_DISABLE_OLE1DDE)) {}
  MtaApartment(const MtaApartment&) = delete;
  MtaApartment& operator=(const MtaApartment&) = delete;
  // S_OK and S_FALSE are balanced, RPC_E_CHANGED_MODE is not.
  ~MtaApartment() {
    if (SUCCEEDED(status_)) CoUninitialize();
  }
  HRESULT status() const { return status_; }

 private:
  HRESULT status_;
};

}  // namespace hje
