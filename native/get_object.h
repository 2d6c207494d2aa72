// IWbemServices::GetObject. Worker threads only (MTA).
#pragma once

#include "call.h"
#include "wbem_session.h"

namespace hje {

// Fetches an instance and copies it out. Throws a Failure.
CimObject GetObjectAt(Connection& connection, const GetObjectRequest& request);

}  // namespace hje
