// IWbemServices::ExecMethod. Worker threads only (MTA).
#pragma once

#include "call.h"
#include "wbem_session.h"

namespace hje {

// Calls the method and copies its out-parameters, ReturnValue among them. Throws a Failure. The method's own
// ReturnValue is a result, not a failure.
CimProperties ExecMethod(Connection& connection, const ExecMethodRequest& request);

}  // namespace hje
