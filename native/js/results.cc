#include "js/results.h"

#include <utility>

#include "js/guard.h"

namespace hje {
namespace {

// More items than any answer but a large one has.
constexpr size_t kLong = 64;

napi_value ToJs(napi_env env, const Value& value);
napi_value ToJs(napi_env env, const CimProperties& properties, ConvertedList known = {});

napi_value ToJs(napi_env env, const std::u16string& text) {
  napi_value result = nullptr;
  CheckNapi(napi_create_string_utf16(env, text.data(), text.size(), &result));
  return result;
}

napi_value ToJs(napi_env env, double number) {
  napi_value result = nullptr;
  CheckNapi(napi_create_double(env, number, &result));
  return result;
}

napi_value ToJs(napi_env env, const char* text) {
  napi_value result = nullptr;
  CheckNapi(napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &result));
  return result;
}

napi_value Null(napi_env env) {
  napi_value result = nullptr;
  CheckNapi(napi_get_null(env, &result));
  return result;
}

napi_value ToJs(napi_env env, const std::optional<std::u16string>& text) {
  return text ? ToJs(env, *text) : Null(env);
}

napi_value NewArray(napi_env env, size_t length) {
  napi_value array = nullptr;
  CheckNapi(napi_create_array_with_length(env, length, &array));
  return array;
}

napi_value NewObject(napi_env env) {
  napi_value object = nullptr;
  CheckNapi(napi_create_object(env, &object));
  return object;
}

template <typename Item>
void Set(napi_env env, napi_value object, const char* name, const Item& item) {
  CheckNapi(napi_set_named_property(env, object, name, ToJs(env, item)));
}

// Flat triples: name, CIMTYPE, value.
napi_value ToJs(napi_env env, const CimProperties& properties, ConvertedList known) {
  const napi_value array = NewArray(env, properties.size() * 3);
  uint32_t at = 0;
  for (const CimProperty& property : properties) {
    const auto* items = std::get_if<Value::Array>(&property.value.data);
    const bool is_known = items != nullptr && items == known.items;
    CheckNapi(napi_set_element(env, array, at++, ToJs(env, property.name)));
    CheckNapi(napi_set_element(env, array, at++, ToJs(env, property.type)));
    CheckNapi(napi_set_element(env, array, at++, is_known ? known.array : ToJs(env, property.value)));
  }
  return array;
}

napi_value ToJs(napi_env env, const CimObject& object) {
  const napi_value result = NewObject(env);
  Set(env, result, "path", object.path);
  Set(env, result, "className", object.class_name);
  Set(env, result, "properties", object.properties);
  return result;
}

napi_value ToJs(napi_env env, const Value::Array& items) {
  const napi_value array = NewArray(env, items.size());
  uint32_t at = 0;
  for (const Value& item : items) {
    const Napi::HandleScope scope(env);
    CheckNapi(napi_set_element(env, array, at++, ToJs(env, item)));
  }
  return array;
}

struct ValueToJs {
  napi_env env;
  napi_value operator()(std::monostate) const { return Null(env); }
  napi_value operator()(bool flag) const {
    napi_value result = nullptr;
    CheckNapi(napi_get_boolean(env, flag, &result));
    return result;
  }
  napi_value operator()(double number) const { return ToJs(env, number); }
  napi_value operator()(int64_t number) const {
    napi_value result = nullptr;
    CheckNapi(napi_create_bigint_int64(env, number, &result));
    return result;
  }
  napi_value operator()(uint64_t number) const {
    napi_value result = nullptr;
    CheckNapi(napi_create_bigint_uint64(env, number, &result));
    return result;
  }
  napi_value operator()(const std::u16string& text) const { return ToJs(env, text); }
  napi_value operator()(const Value::Array& items) const { return ToJs(env, items); }
  napi_value operator()(const Value::Object& object) const { return ToJs(env, *object); }
};

napi_value ToJs(napi_env env, const Value& value) { return std::visit(ValueToJs{env}, value.data); }

struct ResultConverter {
  napi_env env;
  ConvertedList known;
  napi_value operator()(std::monostate) const { return nullptr; }
  napi_value operator()(const CimProperties& properties) const { return ToJs(env, properties, known); }
  napi_value operator()(const CimObject& object) const { return ToJs(env, object); }
  napi_value operator()(const std::vector<CimObject>&) const { return known.array; }
};

template <typename Item>
LongList ListOf(std::vector<Item>* items) {
  const auto take = [](napi_env env, void* list, size_t index) {
    const Item item = std::move((*static_cast<std::vector<Item>*>(list))[index]);
    return ToJs(env, item);
  };
  return {items, items->size(), take};
}

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

}  // namespace

LongList FindLongList(Result* result) {
  if (auto* objects = std::get_if<std::vector<CimObject>>(result)) return ListOf(objects);
  auto* properties = std::get_if<CimProperties>(result);
  if (properties == nullptr) return {};
  for (CimProperty& property : *properties) {
    auto* items = std::get_if<Value::Array>(&property.value.data);
    if (items != nullptr && items->size() > kLong) return ListOf(items);
  }
  return {};
}

napi_value ResultToJs(napi_env env, const Result& result, ConvertedList known) {
  const napi_value value = std::visit(ResultConverter{env, known}, result);
  if (value != nullptr) return value;
  napi_value undefined = nullptr;
  CheckNapi(napi_get_undefined(env, &undefined));
  return undefined;
}

napi_value FailureToJs(napi_env env, const Failure& failure) {
  const napi_value result = NewObject(env);
  Set(env, result, "kind", KindName(failure.kind));
  Set(env, result, "hresult", static_cast<double>(failure.hresult));
  Set(env, result, "operation", failure.operation.c_str());
  Set(env, result, "message", failure.message);
  Set(env, result, "description", failure.description);
  Set(env, result, "extendedOperation", failure.extended_operation);
  Set(env, result, "parameterInfo", failure.parameter_info);
  Set(env, result, "providerName", failure.provider_name);
  return result;
}

}  // namespace hje
