#include "extended_status.h"

#include <utility>

#include "class_object.h"

namespace simulator {
namespace {

ClassPtr MakeExtendedStatusClass() {
  auto base = std::make_shared<ClassDef>();
  base->name = L"__NotifyStatus";
  base->properties = {{L"StatusCode", CIM_UINT32, base->name, false}};
  auto cls = std::make_shared<ClassDef>();
  cls->name = kExtendedStatusClass;
  cls->superclass = base;
  cls->properties = base->properties;
  for (const wchar_t* name : {L"ProviderName", L"Operation", L"ParameterInfo", L"Description"}) {
    cls->properties.push_back({name, CIM_STRING, cls->name, false});
  }
  return cls;
}

}  // namespace

HRESULT Fail(const ExtendedStatus& status) {
  static const ClassPtr kClass = MakeExtendedStatusClass();
  auto record = std::make_shared<Record>(kClass);
  record->Set(L"StatusCode", Variant::Int(status.status));
  record->Set(L"ProviderName", Variant::TextOrNull(status.provider));
  record->Set(L"Operation", Variant::TextOrNull(status.operation));
  record->Set(L"ParameterInfo", Variant::TextOrNull(status.parameter_info));
  record->Set(L"Description", Variant::TextOrNull(status.description));
  const ComPtr<ClassObject> object = MakeObject(std::move(record), nullptr);
  ::SetErrorInfo(0, object.Get());
  return status.status;
}

void ClearExtendedStatus() { ::SetErrorInfo(0, nullptr); }

}  // namespace simulator
