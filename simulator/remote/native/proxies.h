// Proxies and stubs for WMI's interfaces. Windows has its own; Wine has none, so a generated library brings
// them.
#pragma once

#include <windows.h>

#include <string>

namespace simulator {

// Registers the proxy/stub library for this process, once; a second call does nothing, whatever its path. A
// thread of the MTA stays alive for it from then on; it is detached and holds nothing up.
HRESULT RegisterProxies(const std::wstring& library);

}  // namespace simulator
