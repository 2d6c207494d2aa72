#include "js/results.h"

namespace hje {
namespace {

Napi::Value ToJs(Napi::Env env, const Value& value);

Napi::String ToJs(Napi::Env env, const std::u16string& text) { return Napi::String::New(env, text); }

Napi::Value ToJs(Napi::Env env, const std::optional<std::u16string>& text) {
  return text ? Napi::Value(ToJs(env, *text)) : env.Null();
}

// Flat triples: name, CIMTYPE, value.
Napi::Array ToJs(Napi::Env env, const CimProperties& properties) {
  Napi::Array array = Napi::Array::New(env, properties.size() * 3);
  uint32_t at = 0;
  for (const CimProperty& property : properties) {
    array.Set(at++, ToJs(env, property.name));
    array.Set(at++, Napi::Number::New(env, property.type));
    array.Set(at++, ToJs(env, property.value));
  }
  return array;
}

Napi::Object ToJs(Napi::Env env, const CimObject& object) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("path", ToJs(env, object.path));
  result.Set("className", ToJs(env, object.class_name));
  result.Set("properties", ToJs(env, object.properties));
  return result;
}

template <typename Item>
Napi::Array ToJsArray(Napi::Env env, const std::vector<Item>& items) {
  Napi::Array array = Napi::Array::New(env, items.size());
  uint32_t at = 0;
  for (const Item& item : items) {
    const Napi::HandleScope scope(env);
    if (!array.Set(at++, ToJs(env, item))) break;  // the environment is going
  }
  return array;
}

struct ValueToJs {
  Napi::Env env;
  Napi::Value operator()(std::monostate) const { return env.Null(); }
  Napi::Value operator()(bool flag) const { return Napi::Boolean::New(env, flag); }
  Napi::Value operator()(double number) const { return Napi::Number::New(env, number); }
  Napi::Value operator()(int64_t number) const { return Napi::BigInt::New(env, number); }
  Napi::Value operator()(uint64_t number) const { return Napi::BigInt::New(env, number); }
  Napi::Value operator()(const std::u16string& text) const { return ToJs(env, text); }
  Napi::Value operator()(const Value::Array& items) const { return ToJsArray(env, items); }
  Napi::Value operator()(const Value::Object& object) const { return ToJs(env, *object); }
};

Napi::Value ToJs(Napi::Env env, const Value& value) { return std::visit(ValueToJs{env}, value.data); }

struct Converter {
  Napi::Env env;
  Napi::Value operator()(std::monostate) const { return env.Undefined(); }
  Napi::Value operator()(const CimProperties& properties) const { return ToJs(env, properties); }
  Napi::Value operator()(const CimObject& object) const { return ToJs(env, object); }
  // Converted object by object, see Settler::Convert.
  Napi::Value operator()(const std::vector<CimObject>&) const { return env.Undefined(); }
};

const char* KindName(FailureKind kind) {
  switch (kind) {
    case FailureKind::kArgument:
      return "argument";
    case FailureKind::kProtocol:
      return "protocol";
    default:
      return "wbem";
  }
}

Napi::Object ToJs(Napi::Env env, const Failure& failure) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("kind", KindName(failure.kind));
  result.Set("hresult", Napi::Number::New(env, failure.hresult));
  result.Set("operation", failure.operation);
  result.Set("message", ToJs(env, failure.message));
  result.Set("description", ToJs(env, failure.description));
  result.Set("extendedOperation", ToJs(env, failure.extended_operation));
  result.Set("parameterInfo", ToJs(env, failure.parameter_info));
  result.Set("providerName", ToJs(env, failure.provider_name));
  return result;
}

}  // namespace

Napi::Value ResultToJs(Napi::Env env, const Result& result) { return std::visit(Converter{env}, result); }

Napi::Value ObjectToJs(Napi::Env env, const CimObject& object) { return ToJs(env, object); }

Napi::Value FailureToJs(Napi::Env env, const Failure& failure) { return ToJs(env, failure); }

}  // namespace hje
