#include "com/exec_method.h"

#include "com/com_failure.h"
#include "com/variant_read.h"
#include "com/variant_write.h"

namespace hje {
namespace {

constexpr char kOperation[] = "IWbemServices::ExecMethod";

std::u16string ParameterNames(IWbemClassObject* in_params) {
  std::u16string names;
  for (const CimProperty& property : ReadProperties(in_params)) {
    names += (names.empty() ? u"" : u", ") + property.name;
  }
  return names;
}

// The CIM type that the method declares for a parameter. `declared` is shared between threads, so it is never
// enumerated: its cursor is a part of it. `in_params` is this call's own.
CIMTYPE ParameterType(IWbemClassObject* declared, IWbemClassObject* in_params, const std::u16string& name,
                      const ExecMethodRequest& request) {
  CIMTYPE type = 0;
  const HRESULT hr = declared->Get(ToWide(name), 0, nullptr, &type, nullptr);
  if (hr == kNotFound) {
    throw ArgumentFailure(kOperation, request.method->name + u" of " + *request.class_name +
                                          u" has no in-parameter " + name + u", it has: " +
                                          ParameterNames(in_params));
  }
  Check(hr, "IWbemClassObject::Get");
  return type;
}

// Null when the method has no in-parameters: pInParams must then be NULL (the page named in the header).
ComPtr<IWbemClassObject> BuildInParams(const MethodSignature& signature, const ExecMethodRequest& request) {
  ComPtr<IWbemClassObject> in_params;
  if (signature.in_params == nullptr) {
    if (!request.in_params.empty()) {
      throw ArgumentFailure(kOperation,
                            request.method->name + u" of " + *request.class_name + u" has no in-parameters");
    }
    return in_params;
  }
  Check(signature.in_params->SpawnInstance(0, &in_params), "IWbemClassObject::SpawnInstance");
  for (const auto& [name, value] : request.in_params) {
    const CIMTYPE type = ParameterType(signature.in_params.Get(), in_params.Get(), name, request);
    Variant variant;
    WriteVariant(value, type, name, &variant);
    Check(in_params->Put(ToWide(name), 0, variant.Ptr(), 0), "IWbemClassObject::Put");
  }
  return in_params;
}

CimProperties ReadNamed(IWbemClassObject* out_params, const std::vector<std::u16string>& names) {
  CimProperties properties;
  properties.reserve(names.size());
  for (const std::u16string& name : names) {
    if (auto property = ReadProperty(out_params, name)) properties.push_back(std::move(*property));
  }
  return properties;
}

}  // namespace

CimProperties ExecMethod(Connection& connection, const ExecMethodRequest& request) {
  ComPtr<IWbemClassObject> in_params;
  bool expects_out_params = true;
  if (request.class_name) {
    const auto signature = connection.Signature(*request.class_name, request.method->name);
    in_params = BuildInParams(*signature, request);
    expects_out_params = signature->has_out_params;
  }
  const Bstr path(request.path);
  const Bstr method(request.method->name);
  ComPtr<IWbemClassObject> out_params;
  Check(connection.services()->ExecMethod(path.Get(), method.Get(), 0, nullptr, in_params.Get(), &out_params,
                                          nullptr),
        kOperation);
  if (out_params == nullptr) {
    if (!expects_out_params) return {};
    throw ProtocolFailure(kOperation, u"success without out-parameters");
  }
  const auto& names = request.method->out_names;
  return names ? ReadNamed(out_params.Get(), *names) : ReadProperties(out_params.Get());
}

}  // namespace hje
