// Plain data to JavaScript values, in the shapes of lib/wmi/addon.ts. JS thread only. All throw Pending or
// std::bad_alloc.
#pragma once

#include <napi.h>

#include "data/call.h"

namespace hje {

// A list that is converted item by item: all at once would hold the event loop for too long. Borrowed from a
// result; without items when that holds none.
struct LongList {
  void* items = nullptr;
  size_t size = 0;
  // Converts an item and frees it: to free all of them at once would take as long again.
  napi_value (*take)(napi_env env, void* items, size_t index) = nullptr;
};
// What has become of one.
struct ConvertedList {
  const void* items = nullptr;
  napi_value array = nullptr;
};

LongList FindLongList(Result* result);
// Undefined without a result.
napi_value ResultToJs(napi_env env, const Result& result, ConvertedList known = {});
napi_value FailureToJs(napi_env env, const Failure& failure);

}  // namespace hje
