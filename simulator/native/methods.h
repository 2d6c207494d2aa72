// The methods of the server's classes.
#pragma once

#include <wbemidl.h>

#include "com_raii.h"
#include "record.h"
#include "world.h"

namespace simulator {

struct Invocation {
  World& world;
  const Target& target;
  const MethodDef& method;
  IWbemClassObject* in;  // null exactly when the method has no in-parameters
};

// Runs the method. S_OK with a null `out` is a protocol error a scenario asks for.
HRESULT Invoke(const Invocation& call, RecordPtr* out);

}  // namespace simulator
