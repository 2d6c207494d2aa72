// IWbemServices::ExecQuery. Worker threads only (MTA).
#pragma once

#include "call.h"
#include "wbem_session.h"

namespace hje {

// Runs a WQL query and copies all instances out. Ends early, with what it has, once `abandoned` is set:
// nobody reads the result then. Throws a Failure.
std::vector<CimObject> Query(Connection& connection, const QueryRequest& request,
                             const std::atomic<bool>& abandoned);

}  // namespace hje
