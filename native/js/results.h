// Plain data to JavaScript values, in the shapes of lib/wmi/addon.ts. JS thread only. All throw Pending or
// std::bad_alloc.
#pragma once

#include <napi.h>

#include "data/call.h"

namespace hje {

// A list that was converted item by item, and what it has become.
struct ConvertedList {
  const Value::Array* items = nullptr;
  napi_value array = nullptr;
};

// The list in the result that is too long to be converted in one turn; borrowed, null without one.
Value::Array* FindLongList(Result* result);
// Undefined for many objects, which are converted one by one. `known` is put where its items are.
napi_value ResultToJs(napi_env env, const Result& result, ConvertedList known = {});
napi_value ItemToJs(napi_env env, const CimObject& object);
napi_value ItemToJs(napi_env env, const Value& value);
napi_value FailureToJs(napi_env env, const Failure& failure);

}  // namespace hje
