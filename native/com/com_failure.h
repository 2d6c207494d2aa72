// How a failing HRESULT becomes a Failure.
#pragma once

#include <cstdint>

#include "data/failure.h"

namespace hje {

// A failing HRESULT with the thread's extended error information. To be called straight after the failing
// call, on its thread: the next COM call may replace that information.
Failure WbemFailure(int32_t hresult, const char* operation);

// Throws WbemFailure for a failing HRESULT.
inline void Check(int32_t hresult, const char* operation) {
  if (hresult < 0) throw WbemFailure(hresult, operation);
}

}  // namespace hje
