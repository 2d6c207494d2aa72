#include "proxies.h"

#include <objbase.h>
#include <wbemidl.h>

#include <mutex>

#include "../../native/com_raii.h"
#include "error_info_hook.h"
#include "mta.h"

namespace simulator {
namespace {

// What crosses the process boundary. The first one names the library's class as well, as MIDL has it.
constexpr const IID* kInterfaces[] = {&IID_IWbemLocator, &IID_IWbemServices, &IID_IEnumWbemClassObject,
                                      &IID_IWbemClassObject};

HRESULT Register(const std::wstring& library) {
  const CLSID& factory_class = *kInterfaces[0];
  const HMODULE module = ::LoadLibraryW(library.c_str());
  if (module == nullptr) return HRESULT_FROM_WIN32(::GetLastError());
  using GetClassObject = HRESULT(STDAPICALLTYPE*)(REFCLSID, REFIID, void**);
  // Through void (*)(): a cast between the two function types alone draws a warning.
  const auto get_class_object = reinterpret_cast<GetClassObject>(
      reinterpret_cast<void (*)()>(::GetProcAddress(module, "DllGetClassObject")));
  if (get_class_object == nullptr) return HRESULT_FROM_WIN32(::GetLastError());

  ComPtr<IUnknown> factory;
  HRESULT hr =
      get_class_object(factory_class, IID_IPSFactoryBuffer, reinterpret_cast<void**>(factory.Receive()));
  if (FAILED(hr)) return hr;
  DWORD cookie = 0;
  hr = ::CoRegisterClassObject(factory_class, factory.Get(), CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE,
                               &cookie);
  for (const IID* each : kInterfaces) {
    if (SUCCEEDED(hr)) hr = ::CoRegisterPSClsid(*each, factory_class);
  }
  return FAILED(hr) ? hr : RegisterErrorInfoHook();
}

}  // namespace

HRESULT RegisterProxies(const std::wstring& library) {
  static std::mutex mutex;
  static bool registered = false;
  const std::lock_guard<std::mutex> lock(mutex);
  if (registered) return S_OK;
  // COM forgets the registrations when the last thread that uses it ends.
  const HRESULT hr = RunInMta([library] { return Register(library); }, Afterwards::kStayInMta);
  registered = SUCCEEDED(hr);
  return hr;
}

}  // namespace simulator
