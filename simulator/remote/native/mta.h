// Work for the MTA on behalf of a JavaScript thread, whose own apartment is nobody's business here.
#pragma once

#include <windows.h>

#include <functional>

namespace simulator {

// What the thread does when the work has succeeded.
enum class Afterwards { kEnd, kStayInMta };

// Runs the work on a thread of the MTA and waits for it, a while: a thread that hangs goes on by itself, so
// the work must own what it uses. Fails with the status of the work or of CoInitializeEx, or with
// RPC_E_TIMEOUT.
HRESULT RunInMta(std::function<HRESULT()> work, Afterwards afterwards = Afterwards::kEnd);

}  // namespace simulator
