// `__ExtendedStatus`: what WMI leaves on the calling thread, beside the HRESULT, when an operation fails.
// https://learn.microsoft.com/windows/win32/wmisdk/--extendedstatus
#pragma once

#include <windows.h>

#include <string_view>

namespace simulator {

inline constexpr const wchar_t* kExtendedStatusClass = L"__ExtendedStatus";

struct ExtendedStatus {
  HRESULT status;
  std::wstring_view operation;       // e.g. `ExecMethod`
  std::wstring_view parameter_info;  // e.g. the object path
  std::wstring_view provider;
  std::wstring_view description;  // empty for none
};

// Leaves the status as the thread's error info and returns its HRESULT, for `return Fail({…})`.
HRESULT Fail(const ExtendedStatus& status);

// Takes away what an earlier call left, as a call through a proxy does: a client must not find stale text.
void ClearExtendedStatus();

}  // namespace simulator
