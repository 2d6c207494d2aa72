// IWbemServices: one connection to one namespace of the simulated host.
// https://learn.microsoft.com/windows/win32/api/wbemcli/nn-wbemcli-iwbemservices
#pragma once

#include <memory>

#include "blanket.h"
#include "com_object.h"
#include "object_path.h"
#include "record.h"
#include "world.h"

namespace simulator {

class Services final : public Proxied<Services, IWbemServices> {
 public:
  explicit Services(Connection connection) : connection_(std::move(connection)) {}
  const Connection& connection() const { return connection_; }

  // IWbemServices
  STDMETHODIMP GetObject(const BSTR path, LONG flags, IWbemContext* context, IWbemClassObject** object,
                         IWbemCallResult** result) override;
  STDMETHODIMP CreateInstanceEnum(const BSTR class_name, LONG flags, IWbemContext* context,
                                  IEnumWbemClassObject** enumerator) override;
  STDMETHODIMP ExecQuery(const BSTR language, const BSTR query, LONG flags, IWbemContext* context,
                         IEnumWbemClassObject** enumerator) override;
  STDMETHODIMP ExecNotificationQuery(const BSTR language, const BSTR query, LONG flags, IWbemContext* context,
                                     IEnumWbemClassObject** enumerator) override;
  STDMETHODIMP ExecMethod(const BSTR path, const BSTR method, LONG flags, IWbemContext* context,
                          IWbemClassObject* in, IWbemClassObject** out, IWbemCallResult** result) override;

  // Not offered by the server.
  STDMETHODIMP OpenNamespace(const BSTR, LONG, IWbemContext*, IWbemServices**, IWbemCallResult**) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP CancelAsyncCall(IWbemObjectSink*) override { return WBEM_E_NOT_SUPPORTED; }
  STDMETHODIMP QueryObjectSink(LONG, IWbemObjectSink**) override { return WBEM_E_NOT_SUPPORTED; }
  STDMETHODIMP GetObjectAsync(const BSTR, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP PutClass(IWbemClassObject*, LONG, IWbemContext*, IWbemCallResult**) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP PutClassAsync(IWbemClassObject*, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP DeleteClass(const BSTR, LONG, IWbemContext*, IWbemCallResult**) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP DeleteClassAsync(const BSTR, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP CreateClassEnum(const BSTR, LONG, IWbemContext*, IEnumWbemClassObject**) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP CreateClassEnumAsync(const BSTR, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP PutInstance(IWbemClassObject*, LONG, IWbemContext*, IWbemCallResult**) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP PutInstanceAsync(IWbemClassObject*, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP DeleteInstance(const BSTR, LONG, IWbemContext*, IWbemCallResult**) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP DeleteInstanceAsync(const BSTR, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP CreateInstanceEnumAsync(const BSTR, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP ExecQueryAsync(const BSTR, const BSTR, LONG, IWbemContext*, IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP ExecNotificationQueryAsync(const BSTR, const BSTR, LONG, IWbemContext*,
                                          IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }
  STDMETHODIMP ExecMethodAsync(const BSTR, const BSTR, LONG, IWbemContext*, IWbemClassObject*,
                               IWbemObjectSink*) override {
    return WBEM_E_NOT_SUPPORTED;
  }

 private:
  // What a path names: a class (`target` empty) or an existing instance.
  struct Resolved {
    ClassPtr cls;
    std::optional<Target> target;
  };
  // S_OK, or the status for a path that is malformed or names nothing.
  HRESULT Resolve(const BSTR text, Resolved* resolved) const;
  bool IsHere(const ObjectPath& path) const;
  HRESULT RunQuery(const BSTR text, LONG flags, IEnumWbemClassObject** enumerator) const;
  HRESULT RunMethod(const BSTR path, const BSTR method, IWbemClassObject* in, IWbemClassObject** out) const;

  const Connection connection_;
};

}  // namespace simulator
