// IWbemServices::ExecMethod. Worker threads only (MTA). Microsoft Learn,
// "IWbemServices::ExecMethod method (wbemcli.h)",
// https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemservices-execmethod
#pragma once

#include "com/connection.h"
#include "data/call.h"

namespace hje {

// Calls the method and copies its out-parameters, ReturnValue among them. Throws a Failure. The method's own
// ReturnValue is a result, not a failure.
CimProperties ExecMethod(Connection& connection, const ExecMethodRequest& request);

}  // namespace hje
