#include "js/arguments.h"

#include <cmath>

#include "js/guard.h"

namespace hje {
namespace {

// What is reserved for a list before its items have been seen: its length may be a lie.
constexpr uint32_t kMaxReserved = 1'024;
// In units, the NUL among them.
constexpr size_t kShortText = 256;

[[noreturn]] void Expected(const char* what, const char* name) {
  throw BadArgument{std::string("expected ") + what + " for `" + name + "`"};
}

Napi::Value Item(const Napi::Array& array, uint32_t index) {
  const Napi::Value item = array.Get(index);
  ThrowIfPending(array.Env());
  if (item.IsEmpty()) throw Pending{};
  return item;
}

Napi::Array ReadArray(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) Expected("an array or null", name);
  return value.As<Napi::Array>();
}

bool IsAbsent(const Napi::Value& value) { return value.IsNull() || value.IsUndefined(); }

Value ReadBigInt(const Napi::BigInt& value, const char* name) {
  bool lossless = false;
  const int64_t number = value.Int64Value(&lossless);
  if (lossless) return Value{number};
  const uint64_t magnitude = value.Uint64Value(&lossless);
  if (!lossless) Expected("a bigint of 64 bits", name);
  return Value{magnitude};
}

Value ReadScalar(const Napi::Value& value, const char* name) {
  if (value.IsNull()) return Value{};
  if (value.IsBoolean()) return Value{value.As<Napi::Boolean>().Value()};
  if (value.IsNumber()) return Value{value.As<Napi::Number>().DoubleValue()};
  if (value.IsString()) return Value{ReadText(value, name)};
  if (value.IsBigInt()) return ReadBigInt(value.As<Napi::BigInt>(), name);
  Expected("strings, numbers, bigints, booleans, null and arrays of these", name);
}

Value ReadInput(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) return ReadScalar(value, name);
  const auto array = value.As<Napi::Array>();
  const uint32_t length = array.Length();
  Value::Array items;
  items.reserve(std::min(length, kMaxReserved));
  for (uint32_t i = 0; i < length; ++i) items.push_back(ReadScalar(Item(array, i), name));
  return Value{std::move(items)};
}

// Straight into the memory that will be overwritten, without a copy on the way.
std::unique_ptr<Secret> ReadSecret(const Napi::Value& value, const char* name) {
  if (IsAbsent(value)) return nullptr;
  if (!value.IsString()) Expected("a string or null", name);
  size_t length = 0;
  CheckNapi(napi_get_value_string_utf16(value.Env(), value, nullptr, 0, &length));
  auto secret = std::make_unique<Secret>(length);
  CheckNapi(napi_get_value_string_utf16(value.Env(), value, secret->data(), length + 1, &length));
  return secret;
}

}  // namespace

Napi::Value Get(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  ThrowIfPending(object.Env());
  if (value.IsEmpty()) throw Pending{};
  return value;
}

double ReadTicket(const Napi::Value& value) {
  double ticket = NAN;
  const napi_status status = napi_get_value_double(value.Env(), value, &ticket);
  if (status != napi_ok || !std::isfinite(ticket)) Expected("a number", "ticket");
  return ticket;
}

uint32_t ReadCount(const Napi::Value& value, const char* name) {
  const double count = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0;
  if (!(count >= 1 && count <= UINT32_MAX && count == std::floor(count))) {
    Expected("an integer from 1 on", name);
  }
  return static_cast<uint32_t>(count);
}

// Most texts are short: one look at them is enough.
std::u16string ReadText(const Napi::Value& value, const char* name) {
  char16_t buffer[kShortText];
  size_t length = 0;
  const napi_status status = napi_get_value_string_utf16(value.Env(), value, buffer, kShortText, &length);
  if (status == napi_string_expected) Expected("a string", name);
  CheckNapi(status);
  if (length + 1 < kShortText) return {buffer, length};
  CheckNapi(napi_get_value_string_utf16(value.Env(), value, nullptr, 0, &length));
  std::u16string text(length, u'\0');
  CheckNapi(napi_get_value_string_utf16(value.Env(), value, text.data(), length + 1, &length));
  return text;
}

std::optional<std::u16string> ReadOptionalText(const Napi::Value& value, const char* name) {
  if (IsAbsent(value)) return std::nullopt;
  if (!value.IsString()) Expected("a string or null", name);
  return ReadText(value, name);
}

Napi::Function ReadFunction(const Napi::Value& value, const char* name) {
  if (!value.IsFunction()) Expected("a function", name);
  return value.As<Napi::Function>();
}

Napi::Object ReadObject(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) Expected("an object", name);
  return value.As<Napi::Object>();
}

std::vector<std::pair<std::u16string, Value>> ReadPairs(const Napi::Value& value, const char* name) {
  std::vector<std::pair<std::u16string, Value>> pairs;
  if (IsAbsent(value)) return pairs;
  const Napi::Array array = ReadArray(value, name);
  const uint32_t length = array.Length();
  if (length % 2 != 0) Expected("names and values in turn", name);
  for (uint32_t i = 0; i < length; i += 2) {
    std::u16string key = ReadText(Item(array, i), name);
    pairs.emplace_back(std::move(key), ReadInput(Item(array, i + 1), name));
  }
  return pairs;
}

bool Equals(const Napi::Value& value, const std::u16string& text) {
  char16_t buffer[kShortText];
  size_t length = 0;
  const napi_status status = napi_get_value_string_utf16(value.Env(), value, buffer, kShortText, &length);
  return status == napi_ok && length + 1 < kShortText && text == std::u16string_view(buffer, length);
}

std::optional<std::vector<std::u16string>> ReadNames(const Napi::Value& value, const char* name) {
  if (IsAbsent(value)) return std::nullopt;
  const Napi::Array array = ReadArray(value, name);
  const uint32_t length = array.Length();
  std::vector<std::u16string> names;
  names.reserve(std::min(length, kMaxReserved));
  for (uint32_t i = 0; i < length; ++i) names.push_back(ReadText(Item(array, i), name));
  return names;
}

std::shared_ptr<const ConnectionSettings> ReadSettings(const Napi::Object& given) {
  auto settings = std::make_shared<ConnectionSettings>();
  settings->host = ReadOptionalText(Get(given, "host"), "host");
  settings->name_space = ReadText(Get(given, "namespace"), "namespace");
  settings->user = ReadOptionalText(Get(given, "user"), "user");
  settings->password = ReadSecret(Get(given, "password"), "password");
  settings->authority = ReadOptionalText(Get(given, "authority"), "authority");
  settings->locale = ReadOptionalText(Get(given, "locale"), "locale");
  return settings;
}

}  // namespace hje
