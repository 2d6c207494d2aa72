// IWbemServices::ExecQuery. Worker threads only (MTA). Microsoft Learn,
// "IWbemServices::ExecQuery method (wbemcli.h)",
// https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemservices-execquery
#pragma once

#include "com/connection.h"
#include "data/call.h"

namespace hje {

// Runs a WQL query and copies all instances out. Ends early, with what it has, once `abandoned` is set:
// nobody reads the result then. Throws a Failure.
std::vector<CimObject> Query(Connection& connection, const QueryRequest& request,
                             const std::atomic<bool>& abandoned);

}  // namespace hje
