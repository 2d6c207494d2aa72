// JavaScript values to plain data. The TypeScript layer has checked what it passes on; whoever calls the
// addon itself gets a TypeError. All of these throw BadArgument or Pending. JS thread only.
#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/cim_value.h"
#include "data/settings.h"

namespace hje {

// Throws Pending when a getter does.
Napi::Value Get(const Napi::Object& object, const char* name);

double ReadTicket(const Napi::Value& value);
uint32_t ReadCount(const Napi::Value& value, const char* name);  // from 1
std::u16string ReadText(const Napi::Value& value, const char* name);
std::optional<std::u16string> ReadOptionalText(const Napi::Value& value, const char* name);
Napi::Function ReadFunction(const Napi::Value& value, const char* name);
Napi::Object ReadObject(const Napi::Value& value, const char* name);
// Null or name, value, name, value, …
std::vector<std::pair<std::u16string, Value>> ReadPairs(const Napi::Value& value, const char* name);
// Whether it is this text; nothing is allocated.
bool Equals(const Napi::Value& value, const std::u16string& text);
std::optional<std::vector<std::u16string>> ReadNames(const Napi::Value& value, const char* name);
std::shared_ptr<const ConnectionSettings> ReadSettings(const Napi::Object& given);

}  // namespace hje
