// IWbemServices::ExecNotificationQuery, semisynchronous. Worker threads only (MTA). Microsoft Learn,
// "IWbemServices::ExecNotificationQuery method (wbemcli.h)",
// https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemservices-execnotificationquery
#pragma once

#include "com/connection.h"
#include "data/call.h"

namespace hje {

// Starts the subscription of the connection; an earlier one is released. Throws a Failure.
void Subscribe(Connection& connection, const SubscribeRequest& request);

// Waits for events and copies them out: returns with the first ones, with none after kLongestWaitMs, or once
// `abandoned` is set. Throws a Failure; without a subscription that of a lost connection.
std::vector<CimObject> NextEvents(Connection& connection, const std::atomic<bool>& abandoned);

}  // namespace hje
