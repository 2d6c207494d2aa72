#include "com_caller.h"

#include <stdexcept>

namespace bench {
namespace {

void Check(HRESULT hr, const char* operation) {
  if (FAILED(hr)) throw std::runtime_error(operation);
}

Texts CopyTexts(const VARIANT& variant) {
  if (variant.vt == VT_NULL) return std::nullopt;
  if (variant.vt != (VT_ARRAY | VT_BSTR) || SafeArrayGetDim(variant.parray) != 1) {
    throw std::runtime_error("Errors is no array of strings");
  }
  const hje::SafeArrayData data(variant.parray);
  Check(data.status(), "SafeArrayAccessData");
  Texts texts(std::in_place);
  const ULONG count = variant.parray->rgsabound[0].cElements;
  texts->reserve(count);
  for (ULONG i = 0; i < count; ++i) {
    BSTR text = data.As<BSTR>()[i];
    if (text == nullptr) {
      texts->emplace_back();
    } else {
      texts->emplace_back(hje::FromBstr(text));
    }
  }
  return texts;
}

}  // namespace

ComCaller::ComCaller() {
  Check(apartment_.status(), "CoInitializeEx");
  hje::ComPtr<IWbemLocator> locator;
  Check(CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, IID_PPV_ARGS(&locator)),
        "CoCreateInstance(WbemLocator)");
  const hje::Bstr name_space(L"root\\virtualization\\v2");
  Check(locator->ConnectServer(name_space.Get(), nullptr, nullptr, nullptr, WBEM_FLAG_CONNECT_USE_MAX_WAIT,
                               nullptr, nullptr, &services_),
        "IWbemLocator::ConnectServer");
}

Texts ComCaller::GetErrorEx(const std::u16string& path) {
  const hje::Bstr object(path);
  const hje::Bstr method(L"GetErrorEx");
  hje::ComPtr<IWbemClassObject> out_params;
  Check(services_->ExecMethod(object.Get(), method.Get(), 0, nullptr, nullptr, &out_params, nullptr),
        "IWbemServices::ExecMethod");
  if (out_params == nullptr) throw std::runtime_error("success without out-parameters");
  hje::Variant value;
  Check(out_params->Get(L"ReturnValue", 0, value.Out(), nullptr, nullptr), "IWbemClassObject::Get");
  if (value.Get().vt != VT_I4 || value.Get().lVal != 0) throw std::runtime_error("ReturnValue is not 0");
  Check(out_params->Get(L"Errors", 0, value.Out(), nullptr, nullptr), "IWbemClassObject::Get");
  return CopyTexts(value.Get());
}

}  // namespace bench
