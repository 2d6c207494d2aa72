#include "failure.h"

#include "com_raii.h"

namespace hje {
namespace {

std::optional<std::u16string> TextProperty(IWbemClassObject* object, const wchar_t* name) {
  Variant value;
  if (FAILED(object->Get(name, 0, value.Out(), nullptr, nullptr))) return std::nullopt;
  if (value.Get().vt != VT_BSTR || value.Get().bstrVal == nullptr) return std::nullopt;
  return FromBstr(value.Get().bstrVal);
}

// WMI hangs an __ExtendedStatus object on the thread; other COM servers a plain IErrorInfo.
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

Failure PlainFailure(FailureKind kind, const char* operation, std::u16string message) {
  Failure failure;
  failure.kind = kind;
  failure.operation = operation;
  failure.message = std::move(message);
  return failure;
}

}  // namespace

Failure ArgumentFailure(const char* operation, std::u16string message) {
  return PlainFailure(FailureKind::kArgument, operation, std::move(message));
}

Failure ProtocolFailure(const char* operation, std::u16string message) {
  return PlainFailure(FailureKind::kProtocol, operation, std::move(message));
}

Failure WbemFailure(int32_t hresult, const char* operation) {
  Failure failure;
  failure.hresult = static_cast<uint32_t>(hresult);
  failure.operation = operation;
  AddExtendedStatus(&failure);
  return failure;
}

}  // namespace hje
