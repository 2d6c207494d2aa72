// Carries extended status from the server to the client, as WMI's own proxies do on Windows.
#pragma once

#include <windows.h>

namespace simulator {

// Registers a channel hook, which serves both ends of a call. COM keeps it until the process ends: to be
// called once. https://learn.microsoft.com/windows/win32/api/objidl/nn-objidl-ichannelhook
HRESULT RegisterErrorInfoHook();

}  // namespace simulator
