// What the server in a process of its own adds to the export table.
#pragma once

#include <napi.h>

namespace simulator {

// In the server: marshalLocator(proxyLibrary) → the OBJREF as a Buffer. In the client:
// startRemote(proxyLibrary) → the number of the start, which `stop` takes; setServer(OBJREF), before the
// first start and whenever the server is another one. They throw with the HRESULT in the message.
void ExportRemote(Napi::Env env, Napi::Object exports);

}  // namespace simulator
