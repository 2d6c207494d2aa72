#include "probe.h"

#include <windows.h>

#include <process.h>
#include <wbemidl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "com_raii.h"

namespace simulator {
namespace {

// Longest batch a test asks for.
constexpr ULONG kLargestBatch = 10'000;

// What a probe holds between its functions: released on a thread in the MTA by the last one that uses it.
struct Probe {
  ComPtr<IWbemServices> services;
  ComPtr<IEnumWbemClassObject> events;
};
using ProbePtr = std::shared_ptr<Probe>;

struct ProbedProperty {
  std::wstring name;
  CIMTYPE type;
  VARTYPE vt;
  Variant value;                         // NULL for an object
  std::vector<ProbedProperty> embedded;  // of an object
};
using ProbedObject = std::vector<ProbedProperty>;

// Turns the result into JavaScript, on the JavaScript thread.
using Settle = std::function<Napi::Value(Napi::Env)>;
// Does the work on a thread in the MTA. It owns all it uses, and so does its result.
using Work = std::function<Settle()>;

// Starts a thread nobody waits for. Not by std::thread: with MinGW's threads, about one in a few thousand
// detached ones never ran when others were ending at that moment.
void StartThread(std::function<void()> body) {
  auto owner = std::make_unique<std::function<void()>>(std::move(body));
  const auto run = [](void* argument) -> unsigned {
    const std::unique_ptr<std::function<void()>> own(static_cast<std::function<void()>*>(argument));
    (*own)();
    return 0;
  };
  const uintptr_t thread = ::_beginthreadex(nullptr, 0, run, owner.get(), 0, nullptr);
  if (thread == 0) throw std::runtime_error("no thread for the probe");
  owner.release();
  ::CloseHandle(reinterpret_cast<HANDLE>(thread));
}

Napi::Value RunInMta(const Napi::Env& env, Work work) {
  auto deferred = std::make_shared<Napi::Promise::Deferred>(env);
  // It does nothing itself: each delivery comes with its own function.
  const auto deliver = Napi::ThreadSafeFunction::New(
      env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}), "probe", 0, 1);
  StartThread([deferred, deliver, work = std::move(work)]() mutable {
    const HRESULT initialised = ::CoInitializeEx(nullptr, COINIT_MULTITHREADED);
    auto settle = std::make_shared<Settle>(work());
    work = nullptr;
    // A failure's extended status stays with the thread otherwise, and would count as alive.
    ::SetErrorInfo(0, nullptr);
    if (SUCCEEDED(initialised)) ::CoUninitialize();
    const napi_status status = deliver.BlockingCall(
        [deferred, settle = std::move(settle)](const Napi::Env& js, const Napi::Function&) {
          deferred->Resolve((*settle)(js));
        });
    // An environment that is going releases the function itself.
    if (status == napi_ok) deliver.Release();
  });
  return deferred->Promise();
}

Napi::Object WithStatus(const Napi::Env& env, HRESULT hr) {
  auto result = Napi::Object::New(env);
  result.Set("hresult", static_cast<double>(static_cast<uint32_t>(hr)));
  return result;
}

Settle OnlyStatus(HRESULT hr) {
  return [hr](const Napi::Env& env) -> Napi::Value { return WithStatus(env, hr); };
}

// All properties, the system's included.
HRESULT ReadObject(IWbemClassObject* object, ProbedObject* out) {
  HRESULT hr = object->BeginEnumeration(0);
  while (SUCCEEDED(hr)) {
    Bstr name;
    ProbedProperty property;
    hr = object->Next(0, name.Receive(), property.value.Receive(), &property.type, nullptr);
    if (hr != WBEM_S_NO_ERROR) break;
    property.name = View(name.Get());
    property.vt = property.value.Raw().vt;
    if (property.vt == VT_UNKNOWN) {
      ComPtr<IWbemClassObject> embedded;
      hr = property.value.Raw().punkVal->QueryInterface(__uuidof(IWbemClassObject),
                                                        reinterpret_cast<void**>(embedded.Receive()));
      if (SUCCEEDED(hr)) hr = ReadObject(embedded.Get(), &property.embedded);
      property.value = {};
    }
    out->push_back(std::move(property));
  }
  return FAILED(hr) ? hr : object->EndEnumeration();
}

Napi::Value ToScalar(const Napi::Env& env, const VARIANT& value) {
  switch (value.vt) {
    case VT_NULL:
      return env.Null();
    case VT_BSTR: {
      const std::wstring_view text = View(value.bstrVal);
      return Napi::String::New(env, std::u16string(text.begin(), text.end()));
    }
    case VT_I4:
      return Napi::Number::New(env, value.lVal);
    case VT_BOOL:
      return Napi::Boolean::New(env, value.boolVal != VARIANT_FALSE);
    default:
      return env.Undefined();
  }
}

// `{ name: { type, vt, value } }`
Napi::Object ToObject(const Napi::Env& env, const ProbedObject& object) {
  auto result = Napi::Object::New(env);
  for (const ProbedProperty& property : object) {
    auto entry = Napi::Object::New(env);
    const bool is_object = property.vt == VT_UNKNOWN;
    entry.Set("type", static_cast<double>(property.type));
    entry.Set("vt", static_cast<double>(property.vt));
    entry.Set("value", is_object ? ToObject(env, property.embedded) : ToScalar(env, property.value.Raw()));
    result.Set(Napi::String::New(env, std::u16string(property.name.begin(), property.name.end())), entry);
  }
  return result;
}

std::wstring ReadText(const Napi::Value& value) {
  const std::u16string text = value.As<Napi::String>().Utf16Value();
  return {text.begin(), text.end()};
}

ProbePtr ReadProbe(const Napi::Value& value) { return *value.As<Napi::External<ProbePtr>>().Data(); }

HRESULT Open(Probe* probe, const std::wstring& language, const std::wstring& query, LONG flags) {
  ComPtr<IWbemLocator> locator;
  HRESULT hr = ::CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, __uuidof(IWbemLocator),
                                  reinterpret_cast<void**>(locator.Receive()));
  if (FAILED(hr)) return hr;
  const Bstr name_space(L"root\\virtualization\\v2");
  hr = locator->ConnectServer(name_space.Get(), nullptr, nullptr, nullptr, WBEM_FLAG_CONNECT_USE_MAX_WAIT,
                              nullptr, nullptr, probe->services.Receive());
  if (FAILED(hr)) return hr;
  return probe->services->ExecNotificationQuery(Bstr(language).Get(), Bstr(query).Get(), flags, nullptr,
                                                probe->events.Receive());
}

// openProbe(language, query, flags)
Napi::Value OpenProbe(const Napi::CallbackInfo& info) {
  return RunInMta(info.Env(),
                  [language = ReadText(info[0]), query = ReadText(info[1]),
                   flags = info[2].As<Napi::Number>().Int32Value()]() -> Settle {
                    auto probe = std::make_shared<Probe>();
                    const HRESULT hr = Open(probe.get(), language, query, flags);
                    if (FAILED(hr)) return OnlyStatus(hr);
                    return [hr, probe](const Napi::Env& env) -> Napi::Value {
                      auto result = WithStatus(env, hr);
                      const auto release = [](const Napi::Env&, const ProbePtr* owner) { delete owner; };
                      result.Set("probe", Napi::External<ProbePtr>::New(env, new ProbePtr(probe), release));
                      return result;
                    };
                  });
}

// readProbe(probe, timeout, count)
Napi::Value ReadEvents(const Napi::CallbackInfo& info) {
  return RunInMta(info.Env(),
                  [probe = ReadProbe(info[0]), timeout = info[1].As<Napi::Number>().Int32Value(),
                   count = info[2].As<Napi::Number>().Uint32Value()]() -> Settle {
                    if (!probe->events || count > kLargestBatch) return OnlyStatus(E_INVALIDARG);
                    std::vector<IWbemClassObject*> received(count);
                    std::vector<ComPtr<IWbemClassObject>> objects;
                    objects.reserve(count);
                    ULONG returned = 0;
                    HRESULT hr = probe->events->Next(timeout, count, received.data(), &returned);
                    for (ULONG i = 0; i < returned; ++i)
                      objects.push_back(ComPtr<IWbemClassObject>::Adopt(received[i]));
                    auto events = std::make_shared<std::vector<ProbedObject>>(returned);
                    for (ULONG i = 0; i < returned; ++i) {
                      const HRESULT read = ReadObject(objects[i].Get(), &(*events)[i]);
                      if (FAILED(read)) hr = read;
                    }
                    return [hr, events](const Napi::Env& env) -> Napi::Value {
                      auto result = WithStatus(env, hr);
                      auto list = Napi::Array::New(env, events->size());
                      for (size_t i = 0; i < events->size(); ++i) {
                        list.Set(static_cast<uint32_t>(i), ToObject(env, (*events)[i]));
                      }
                      result.Set("events", list);
                      return result;
                    };
                  });
}

HRESULT RequestState(IWbemServices* services, const std::wstring& path, LONG state) {
  const Bstr method(L"RequestStateChange");
  ComPtr<IWbemClassObject> cls;
  ComPtr<IWbemClassObject> signature;
  ComPtr<IWbemClassObject> in;
  HRESULT hr =
      services->GetObject(Bstr(path.substr(0, path.find(L'.'))).Get(), 0, nullptr, cls.Receive(), nullptr);
  if (SUCCEEDED(hr)) hr = cls->GetMethod(method.Get(), 0, signature.Receive(), nullptr);
  if (SUCCEEDED(hr)) hr = signature->SpawnInstance(0, in.Receive());
  Variant value = Variant::Int(state);
  if (SUCCEEDED(hr)) hr = in->Put(L"RequestedState", 0, &value.Raw(), 0);
  if (FAILED(hr)) return hr;
  return services->ExecMethod(Bstr(path).Get(), method.Get(), 0, nullptr, in.Get(), nullptr, nullptr);
}

// requestState(probe, path, state)
Napi::Value RequestStateOf(const Napi::CallbackInfo& info) {
  return RunInMta(info.Env(), [probe = ReadProbe(info[0]), path = ReadText(info[1]),
                               state = info[2].As<Napi::Number>().Int32Value()] {
    return OnlyStatus(RequestState(probe->services.Get(), path, state));
  });
}

// closeProbe(probe): a second time does nothing.
Napi::Value CloseProbe(const Napi::CallbackInfo& info) {
  return RunInMta(info.Env(), [probe = ReadProbe(info[0])] {
    *probe = {};
    return OnlyStatus(S_OK);
  });
}

}  // namespace

void ExportProbe(Napi::Env env, Napi::Object exports) {
  exports.Set("openProbe", Napi::Function::New(env, OpenProbe));
  exports.Set("readProbe", Napi::Function::New(env, ReadEvents));
  exports.Set("requestState", Napi::Function::New(env, RequestStateOf));
  exports.Set("closeProbe", Napi::Function::New(env, CloseProbe));
}

}  // namespace simulator
