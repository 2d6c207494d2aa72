// Resolves the delay-loaded import of "node.exe" to the process that loaded this addon, which may be called
// otherwise (electron.exe, a renamed node.exe).
//
// Part of the MinGW and clang cross build only, and therefore not in binding.gyp: under MSVC node-gyp adds a
// hook of its own (win_delay_load_hook), and two definitions of __pfnDliNotifyHook2 do not link.

#include <windows.h>

#include <delayimp.h>

namespace {

// Called by the delay-load helper on the thread that first calls into node.exe, before it would load the
// library. Returns the module to take instead, or null for the default. Never fails.
FARPROC WINAPI ResolveHostModule(unsigned notification, PDelayLoadInfo info) {
  if (notification != dliNotePreLoadLibrary || lstrcmpiA(info->szDll, "node.exe") != 0) return nullptr;
  // A host that links node as a shared library exports Node-API from there.
  HMODULE module = GetModuleHandleW(L"libnode.dll");
  if (module == nullptr) module = GetModuleHandleW(nullptr);
  // The notification hook hands a module back in the guise of a function pointer.
  return reinterpret_cast<FARPROC>(module);
}

}  // namespace

// delayimp.h declares it const under MSVC only.
extern "C" {
PfnDliHook __pfnDliNotifyHook2 = ResolveHostModule;
}
