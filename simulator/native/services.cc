#include "services.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "class_object.h"
#include "enumerator.h"
#include "event_enumerator.h"
#include "extended_status.h"
#include "methods.h"
#include "text.h"
#include "wql.h"

namespace simulator {
namespace {

// A failure of the server's own, with its extended status; success passes through.
HRESULT Report(HRESULT hr, Operation operation, const BSTR parameter) {
  if (SUCCEEDED(hr)) return hr;
  return Fail({hr, NameOf(operation).wmi, View(parameter), L"WinMgmt", L""});
}

// The keys of a path under the names of the class; none when they are not the class's keys.
std::optional<std::vector<PathKey>> NameKeys(const ObjectPath& path, const ClassDef& cls) {
  std::vector<PathKey> named;
  size_t expected = 0;
  for (const PropertyDef& property : cls.properties) {
    if (!property.key) continue;
    ++expected;
    for (const PathKey& key : path.keys) {
      const bool short_form = key.name.empty();
      if (short_form || EqualsNoCase(key.name, property.name)) named.push_back({property.name, key.value});
    }
  }
  if (named.size() != expected || path.keys.size() != expected) return std::nullopt;
  return named;
}

}  // namespace

bool Services::IsHere(const ObjectPath& path) const {
  const bool host = !path.host || *path.host == L"." || EqualsNoCase(*path.host, L"localhost") ||
                    EqualsNoCase(*path.host, connection_.location->computer);
  return host && (!path.name_space || EqualsNoCase(*path.name_space, connection_.location->name_space));
}

HRESULT Services::Resolve(const BSTR text, Resolved* resolved) const {
  const std::optional<ObjectPath> path = ParseObjectPath(View(text));
  if (!path) return WBEM_E_INVALID_OBJECT_PATH;
  if (!IsHere(*path)) return WBEM_E_INVALID_NAMESPACE;
  resolved->cls = connection_.world->classes().Find(path->class_name);
  if (resolved->cls == nullptr) return WBEM_E_NOT_FOUND;
  if (path->keys.empty()) return S_OK;
  const auto keys = NameKeys(*path, *resolved->cls);
  if (!keys) return WBEM_E_INVALID_OBJECT_PATH;
  resolved->target = connection_.world->scene().Find(*resolved->cls, *keys);
  if (!resolved->target) return WBEM_E_NOT_FOUND;
  return S_OK;
}

STDMETHODIMP Services::GetObject(const BSTR path, LONG, IWbemContext*, IWbemClassObject** object,
                                 IWbemCallResult** result) {
  return NoThrow([&]() -> HRESULT {
    if (object == nullptr || (result != nullptr && *result != nullptr)) return WBEM_E_INVALID_PARAMETER;
    *object = nullptr;
    HRESULT hr = connection_.Enter({Operation::kGetObject, {}, TextOf(path), {}});
    if (FAILED(hr)) return hr;
    Resolved resolved;
    hr = Resolve(path, &resolved);
    if (FAILED(hr)) return Report(hr, Operation::kGetObject, path);
    RecordPtr record = resolved.target ? resolved.target->record
                                       : std::make_shared<Record>(resolved.cls, Record::Genus::kClass);
    *object = MakeObject(std::move(record), connection_.location).Detach();
    return WBEM_S_NO_ERROR;
  });
}

STDMETHODIMP Services::CreateInstanceEnum(const BSTR class_name, LONG flags, IWbemContext*,
                                          IEnumWbemClassObject** enumerator) {
  return NoThrow([&]() -> HRESULT {
    if (enumerator == nullptr || class_name == nullptr) return WBEM_E_INVALID_PARAMETER;
    *enumerator = nullptr;
    const HRESULT hr = connection_.Enter({Operation::kQuery, {}, TextOf(class_name), {}});
    if (FAILED(hr)) return hr;
    const ClassPtr cls = connection_.world->classes().Find(View(class_name));
    if (cls == nullptr) return Report(WBEM_E_INVALID_CLASS, Operation::kQuery, class_name);
    const bool deep = (flags & WBEM_FLAG_SHALLOW) == 0;
    const bool forward_only = (flags & WBEM_FLAG_FORWARD_ONLY) != 0;
    *enumerator =
        Make<Enumerator>(connection_, connection_.world->scene().Instances(*cls, deep), forward_only)
            .Detach();
    return WBEM_S_NO_ERROR;
  });
}

HRESULT Services::RunQuery(const BSTR text, LONG flags, IEnumWbemClassObject** enumerator) const {
  const std::optional<Query> query = ParseQuery(View(text));
  if (!query) return WBEM_E_INVALID_QUERY;
  const ClassPtr cls = connection_.world->classes().Find(query->class_name);
  if (cls == nullptr) return WBEM_E_INVALID_CLASS;
  if (!FitsClass(*query, *cls)) return WBEM_E_INVALID_QUERY;

  std::vector<RecordPtr> records;
  for (RecordPtr& record : connection_.world->scene().Instances(*cls, true)) {
    const auto scope = [&](std::wstring_view) { return record.get(); };
    if (query->where != nullptr && !Matches(*query->where, scope, *connection_.location)) continue;
    // As in WMI, an object knows its path only if the columns hold its keys.
    records.push_back(query->columns.empty() ? std::move(record)
                                             : Project(*record, Project(*record->cls, query->columns)));
  }
  const bool forward_only = (flags & WBEM_FLAG_FORWARD_ONLY) != 0;
  *enumerator = Make<Enumerator>(connection_, std::move(records), forward_only).Detach();
  return WBEM_S_NO_ERROR;
}

STDMETHODIMP Services::ExecQuery(const BSTR language, const BSTR query, LONG flags, IWbemContext*,
                                 IEnumWbemClassObject** enumerator) {
  return NoThrow([&]() -> HRESULT {
    if (enumerator == nullptr || language == nullptr || query == nullptr) return WBEM_E_INVALID_PARAMETER;
    *enumerator = nullptr;
    const HRESULT hr = connection_.Enter({Operation::kQuery, {}, TextOf(query), {}});
    if (FAILED(hr)) return hr;
    if (!EqualsNoCase(View(language), L"WQL")) {
      return Report(WBEM_E_INVALID_QUERY_TYPE, Operation::kQuery, query);
    }
    return Report(RunQuery(query, flags, enumerator), Operation::kQuery, query);
  });
}

STDMETHODIMP Services::ExecNotificationQuery(const BSTR language, const BSTR query, LONG flags, IWbemContext*,
                                             IEnumWbemClassObject** enumerator) {
  return NoThrow([&]() -> HRESULT {
    if (enumerator == nullptr || language == nullptr || query == nullptr) return WBEM_E_INVALID_PARAMETER;
    *enumerator = nullptr;
    const HRESULT hr = connection_.Enter({Operation::kSubscribe, {}, TextOf(query), {}});
    if (FAILED(hr)) return hr;
    const auto report = [&](HRESULT status) { return Report(status, Operation::kSubscribe, query); };
    // Both flags are documented as required.
    if (flags != (WBEM_FLAG_RETURN_IMMEDIATELY | WBEM_FLAG_FORWARD_ONLY))
      return report(WBEM_E_INVALID_PARAMETER);
    if (!EqualsNoCase(View(language), L"WQL")) return report(WBEM_E_INVALID_QUERY_TYPE);
    return report(Subscribe(connection_, View(query), enumerator));
  });
}

HRESULT Services::RunMethod(const BSTR path, const BSTR method, IWbemClassObject* in,
                            IWbemClassObject** out) const {
  Resolved resolved;
  HRESULT hr = Resolve(path, &resolved);
  if (FAILED(hr)) return hr;
  if (const MethodAnswer* scripted = connection_.world->methods().Next(*resolved.cls, View(method))) {
    ::Sleep(scripted->latency_ms);
    auto answer = std::make_shared<Record>(*scripted->out);
    if (scripted->starts) {
      // An answer that repeats starts the job once more only if it has gone.
      connection_.world->scene().AddJob(*scripted->starts);
      const auto job = GetSystemProperty(*scripted->starts->identity, connection_.location.get(), L"__PATH");
      answer->Set(L"Job", job->value);
    }
    if (out != nullptr) *out = MakeObject(std::move(answer), nullptr).Detach();
    return WBEM_S_NO_ERROR;
  }
  const MethodDef* definition = resolved.cls->FindMethod(View(method));
  if (definition == nullptr) return WBEM_E_INVALID_METHOD;
  // None of the methods is static: they need an instance.
  if (!resolved.target) return WBEM_E_INVALID_METHOD_PARAMETERS;
  if ((in == nullptr) != (definition->in == nullptr)) return WBEM_E_INVALID_METHOD_PARAMETERS;
  RecordPtr answer;
  hr = Invoke({*connection_.world, *resolved.target, *definition, in}, &answer);
  if (FAILED(hr)) return hr;
  if (out != nullptr && answer != nullptr) *out = MakeObject(std::move(answer), nullptr).Detach();
  return WBEM_S_NO_ERROR;
}

STDMETHODIMP Services::ExecMethod(const BSTR path, const BSTR method, LONG flags, IWbemContext*,
                                  IWbemClassObject* in, IWbemClassObject** out, IWbemCallResult** result) {
  return NoThrow([&]() -> HRESULT {
    // Both out-pointers are documented to be NULL on entry.
    if ((out != nullptr && *out != nullptr) || (result != nullptr && *result != nullptr)) return E_INVALIDARG;
    if (path == nullptr || method == nullptr || flags != 0) return WBEM_E_INVALID_PARAMETER;
    const HRESULT hr = connection_.Enter({Operation::kExecMethod, TextOf(method), TextOf(path), {}});
    if (FAILED(hr)) return hr;
    return Report(RunMethod(path, method, in, out), Operation::kExecMethod, path);
  });
}

}  // namespace simulator
