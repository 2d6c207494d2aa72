// The system's own locator, while the simulator stands in its place.
#pragma once

#include <wbemidl.h>

namespace simulator {

// Loads the library the registry names for CLSID_WbemLocator and asks it directly, because CoCreateInstance
// would answer with the simulator. The library stays loaded. The caller owns the locator.
HRESULT CreateSystemLocator(IWbemLocator** locator);

}  // namespace simulator
