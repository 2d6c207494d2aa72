// IWbemClassObject: classes, instances, method signatures, parameters and extended status alike.
// https://learn.microsoft.com/windows/win32/api/wbemcli/nn-wbemcli-iwbemclassobject
#pragma once

#include <string>
#include <vector>

#include "com_object.h"
#include "record.h"

namespace simulator {

// As with WMI's own objects, reads may run concurrently; Put and the enumeration belong to one thread at a
// time.
class ClassObject final : public ComObject<IWbemClassObject, IErrorInfo> {
 public:
  ClassObject(RecordPtr record, LocationPtr location)
      : record_(std::move(record)), location_(std::move(location)) {}

  // IWbemClassObject
  STDMETHODIMP Get(LPCWSTR name, LONG flags, VARIANT* value, CIMTYPE* type, LONG* flavor) override;
  STDMETHODIMP Put(LPCWSTR name, LONG flags, VARIANT* value, CIMTYPE type) override;
  STDMETHODIMP GetNames(LPCWSTR qualifier, LONG flags, VARIANT* qualifier_value, SAFEARRAY** names) override;
  STDMETHODIMP BeginEnumeration(LONG flags) override;
  STDMETHODIMP Next(LONG flags, BSTR* name, VARIANT* value, CIMTYPE* type, LONG* flavor) override;
  STDMETHODIMP EndEnumeration() override;
  STDMETHODIMP Clone(IWbemClassObject** copy) override;
  STDMETHODIMP GetObjectText(LONG flags, BSTR* text) override;
  STDMETHODIMP SpawnInstance(LONG flags, IWbemClassObject** instance) override;
  STDMETHODIMP GetPropertyOrigin(LPCWSTR name, BSTR* class_name) override;
  STDMETHODIMP InheritsFrom(LPCWSTR ancestor) override;
  STDMETHODIMP GetMethod(LPCWSTR name, LONG flags, IWbemClassObject** in, IWbemClassObject** out) override;

  // Not offered by the server.
  STDMETHODIMP GetQualifierSet(IWbemQualifierSet**) override { return E_NOTIMPL; }
  STDMETHODIMP Delete(LPCWSTR) override { return E_NOTIMPL; }
  STDMETHODIMP GetPropertyQualifierSet(LPCWSTR, IWbemQualifierSet**) override { return E_NOTIMPL; }
  STDMETHODIMP SpawnDerivedClass(LONG, IWbemClassObject**) override { return E_NOTIMPL; }
  STDMETHODIMP CompareTo(LONG, IWbemClassObject*) override { return E_NOTIMPL; }
  STDMETHODIMP PutMethod(LPCWSTR, LONG, IWbemClassObject*, IWbemClassObject*) override { return E_NOTIMPL; }
  STDMETHODIMP DeleteMethod(LPCWSTR) override { return E_NOTIMPL; }
  STDMETHODIMP BeginMethodEnumeration(LONG) override { return E_NOTIMPL; }
  STDMETHODIMP NextMethod(LONG, BSTR*, IWbemClassObject**, IWbemClassObject**) override { return E_NOTIMPL; }
  STDMETHODIMP EndMethodEnumeration() override { return E_NOTIMPL; }
  STDMETHODIMP GetMethodQualifierSet(LPCWSTR, IWbemQualifierSet**) override { return E_NOTIMPL; }
  STDMETHODIMP GetMethodOrigin(LPCWSTR, BSTR*) override { return E_NOTIMPL; }

  // IErrorInfo: an `__ExtendedStatus` travels as the thread's error info, and is the WMI object as well.
  STDMETHODIMP GetGUID(GUID* guid) override;
  STDMETHODIMP GetSource(BSTR* source) override;
  STDMETHODIMP GetDescription(BSTR* description) override;
  STDMETHODIMP GetHelpFile(BSTR* file) override;
  STDMETHODIMP GetHelpContext(DWORD* context) override;

 protected:
  bool Offers(REFIID iid) const override;

 private:
  LONG FlavorOf(size_t property) const;
  std::vector<std::wstring> NamesFor(LONG flags) const;
  HRESULT HandOutText(const wchar_t* property, BSTR* out) const;

  RecordPtr record_;
  LocationPtr location_;
  std::vector<std::wstring> enumerated_;
  size_t next_ = 0;
  bool enumerating_ = false;
};

inline ComPtr<ClassObject> MakeObject(RecordPtr record, LocationPtr location) {
  return Make<ClassObject>(std::move(record), std::move(location));
}

}  // namespace simulator
