#include "system_locator.h"

#include <windows.h>

#include "com_raii.h"

namespace simulator {

HRESULT CreateSystemLocator(IWbemLocator** locator) {
  *locator = nullptr;
  constexpr const wchar_t* kServerKey =
      L"CLSID\\{4590F811-1D3A-11D0-891F-00AA004B2E24}\\InprocServer32";  // CLSID_WbemLocator
  wchar_t library[MAX_PATH];
  DWORD size = sizeof(library);
  // RegGetValue expands environment variables in the path.
  const LSTATUS status =
      ::RegGetValueW(HKEY_CLASSES_ROOT, kServerKey, nullptr, RRF_RT_REG_SZ, nullptr, library, &size);
  if (status != ERROR_SUCCESS) return HRESULT_FROM_WIN32(static_cast<DWORD>(status));
  const HMODULE module = ::LoadLibraryW(library);
  if (module == nullptr) return HRESULT_FROM_WIN32(::GetLastError());

  using GetClassObject = HRESULT(STDAPICALLTYPE*)(REFCLSID, REFIID, void**);
  // Through void (*)(): a cast between the two function types alone draws a warning.
  const auto get_class_object = reinterpret_cast<GetClassObject>(
      reinterpret_cast<void (*)()>(::GetProcAddress(module, "DllGetClassObject")));
  if (get_class_object == nullptr) return HRESULT_FROM_WIN32(::GetLastError());
  ComPtr<IClassFactory> factory;
  const HRESULT hr = get_class_object(CLSID_WbemLocator, __uuidof(IClassFactory),
                                      reinterpret_cast<void**>(factory.Receive()));
  if (FAILED(hr)) return hr;
  return factory->CreateInstance(nullptr, __uuidof(IWbemLocator), reinterpret_cast<void**>(locator));
}

}  // namespace simulator
