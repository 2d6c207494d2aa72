#include "identity.h"

#include <objidl.h>

/* Wine's IClientSecurity of a proxy cannot set a blanket (E_NOTIMPL), without which the product connects to
   nothing. A proxy that has no IClientSecurity is like an in-process object, which needs no blanket. */
HRESULT STDMETHODCALLTYPE QueryInterfaceWithoutSecurity(IUnknown* proxy, REFIID iid, void** out) {
  if (!IsEqualIID(iid, &IID_IClientSecurity)) return IUnknown_QueryInterface_Proxy(proxy, iid, out);
  *out = NULL;
  return E_NOINTERFACE;
}
