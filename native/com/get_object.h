// IWbemServices::GetObject. Worker threads only (MTA). Microsoft Learn,
// "IWbemServices::GetObject method (wbemcli.h)",
// https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemservices-getobject
#pragma once

#include "com/connection.h"
#include "data/call.h"

namespace hje {

// Fetches an instance and copies it out. Throws a Failure.
CimObject GetObjectAt(Connection& connection, const GetObjectRequest& request);

}  // namespace hje
