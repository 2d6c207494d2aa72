#include "error_info_hook.h"

#include <objidl.h>
#include <wbemidl.h>

#include <array>
#include <cstring>
#include <cwchar>
#include <iterator>
#include <string>
#include <string_view>

#include "../../native/com_raii.h"
#include "../../native/extended_status.h"

namespace simulator {
namespace {

// Names the hook's data among those of other hooks: {5C0B5B1E-7C43-4C5B-9E0E-2F4B8D0A6C31}.
constexpr GUID kExtension = {0x5c0b5b1e, 0x7c43, 0x4c5b, {0x9e, 0x0e, 0x2f, 0x4b, 0x8d, 0x0a, 0x6c, 0x31}};

// The texts on the wire, in this order, each with a NUL at its end; the status code comes before them, as
// text as well. None of them holds a NUL: paths and queries with one never get here.
constexpr const wchar_t* kTexts[] = {L"Operation", L"ParameterInfo", L"ProviderName", L"Description"};

// What the method that has just returned left on this thread, as it goes over the wire; empty for nothing.
std::wstring ReadExtendedStatus() {
  ComPtr<IErrorInfo> info;
  if (::GetErrorInfo(0, info.Receive()) != S_OK) return {};
  // It was taken from the thread.
  ::SetErrorInfo(0, info.Get());
  ComPtr<IWbemClassObject> status;
  if (FAILED(info->QueryInterface(IID_IWbemClassObject, reinterpret_cast<void**>(status.Receive()))))
    return {};
  const auto get = [&](const wchar_t* name) {
    Variant value;
    if (FAILED(status->Get(name, 0, value.Receive(), nullptr, nullptr))) return Variant();
    return value;
  };
  const Variant code = get(L"StatusCode");
  std::wstring wire = std::to_wstring(code.Raw().vt == VT_I4 ? code.Raw().lVal : 0) + L'\0';
  for (const wchar_t* name : kTexts) {
    const Variant value = get(name);
    if (value.Raw().vt == VT_BSTR) wire += View(value.Raw().bstrVal);
    wire += L'\0';
  }
  return wire;
}

ULONG SizeOf(const std::wstring& wire) { return static_cast<ULONG>(wire.size() * sizeof(wchar_t)); }

void RestoreExtendedStatus(std::wstring_view wire) {
  std::array<std::wstring_view, 1 + std::size(kTexts)> fields;
  for (std::wstring_view& field : fields) {
    const size_t end = wire.find(L'\0');
    if (end == std::wstring_view::npos) return;
    field = wire.substr(0, end);
    wire.remove_prefix(end + 1);
  }
  const HRESULT status = std::wcstol(std::wstring(fields[0]).c_str(), nullptr, 10);
  Fail({status, fields[1], fields[2], fields[3], fields[4]});
}

// COM calls it on the thread of the call. As long-lived as the process: its reference count means nothing.
class ErrorInfoHook final : public IChannelHook {
 public:
  // IUnknown
  STDMETHODIMP QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    const bool known = iid == __uuidof(IUnknown) || iid == __uuidof(IChannelHook);
    *out = known ? this : nullptr;
    return known ? S_OK : E_NOINTERFACE;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return 2; }
  STDMETHODIMP_(ULONG) Release() override { return 1; }

  // IChannelHook, the server's half: the reply takes the status with it. The two calls come one after the
  // other on one thread.
  STDMETHODIMP_(void) ServerNotify(REFGUID, REFIID, ULONG, void*, DWORD) override {}
  STDMETHODIMP_(void) ServerGetSize(REFGUID, REFIID, HRESULT, ULONG* size) override {
    *size = SizeOf(ReadExtendedStatus());
  }
  STDMETHODIMP_(void) ServerFillBuffer(REFGUID, REFIID, ULONG* size, void* buffer, HRESULT) override {
    const std::wstring wire = ReadExtendedStatus();
    *size = SizeOf(wire);
    std::memcpy(buffer, wire.data(), *size);
    ClearExtendedStatus();
  }

  // The client's half. A reply without a status takes a stale one away.
  STDMETHODIMP_(void) ClientGetSize(REFGUID, REFIID, ULONG* size) override { *size = 0; }
  STDMETHODIMP_(void) ClientFillBuffer(REFGUID, REFIID, ULONG* size, void*) override { *size = 0; }
  STDMETHODIMP_(void)
  ClientNotify(REFGUID, REFIID, ULONG size, void* data, DWORD, HRESULT) override {
    ClearExtendedStatus();
    if (data == nullptr) return;
    RestoreExtendedStatus({static_cast<const wchar_t*>(data), size / sizeof(wchar_t)});
  }
};

}  // namespace

HRESULT RegisterErrorInfoHook() {
  // Never destroyed: calls may come in after static destructors have run.
  static ErrorInfoHook* const hook = new ErrorInfoHook;
  return ::CoRegisterChannelHook(kExtension, hook);
}

}  // namespace simulator
