#include "com/com_failure.h"

#include "com/com_raii.h"

namespace hje {
namespace {

std::optional<std::u16string> TextProperty(IWbemClassObject* object, const wchar_t* name) {
  Variant value;
  if (FAILED(object->Get(name, 0, value.Out(), nullptr, nullptr))) return std::nullopt;
  if (value.Get().vt != VT_BSTR || value.Get().bstrVal == nullptr) return std::nullopt;
  return FromBstr(value.Get().bstrVal);
}

// WMI hangs an __ExtendedStatus object on the thread; other COM servers a plain IErrorInfo. Microsoft Learn,
// "GetErrorInfo function (oleauto.h)",
// https://learn.microsoft.com/windows/win32/api/oleauto/nf-oleauto-geterrorinfo, and "__ExtendedStatus
// class", https://learn.microsoft.com/windows/win32/wmisdk/--extendedstatus
void AddExtendedStatus(Failure* failure) {
  ComPtr<IErrorInfo> info;
  if (GetErrorInfo(0, &info) != S_OK || info == nullptr) return;
  ComPtr<IWbemClassObject> status;
  if (SUCCEEDED(info.As(&status)) && status != nullptr) {
    failure->description = TextProperty(status.Get(), L"Description");
    failure->extended_operation = TextProperty(status.Get(), L"Operation");
    failure->parameter_info = TextProperty(status.Get(), L"ParameterInfo");
    failure->provider_name = TextProperty(status.Get(), L"ProviderName");
    return;
  }
  Bstr description;
  if (SUCCEEDED(info->GetDescription(description.Out())) && description.Get() != nullptr) {
    failure->description = FromBstr(description.Get());
  }
}

}  // namespace

Failure WbemFailure(int32_t hresult, const char* operation) {
  Failure failure(static_cast<uint32_t>(hresult), operation);
  AddExtendedStatus(&failure);
  return failure;
}

}  // namespace hje
