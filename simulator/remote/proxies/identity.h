/* Included before the generated proxies, whose tables name the three functions of IUnknown. MinGW declares
   them for C++ alone. */
#pragma once

#include <windows.h>
#include <unknwn.h>

HRESULT STDMETHODCALLTYPE IUnknown_QueryInterface_Proxy(IUnknown* proxy, REFIID iid, void** out);
ULONG STDMETHODCALLTYPE IUnknown_AddRef_Proxy(IUnknown* proxy);
ULONG STDMETHODCALLTYPE IUnknown_Release_Proxy(IUnknown* proxy);

/* As IUnknown_QueryInterface_Proxy, without IClientSecurity. */
HRESULT STDMETHODCALLTYPE QueryInterfaceWithoutSecurity(IUnknown* proxy, REFIID iid, void** out);
