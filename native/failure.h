// Why a call failed, as plain data, and how a failing HRESULT becomes one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hje {

enum class FailureKind { kWbem, kArgument, kProtocol };

// Thrown by the COM files and caught at the task boundary (com_worker.cc): it never crosses a COM callback, a
// thread function or the C ABI.
struct Failure {
  FailureKind kind = FailureKind::kWbem;
  uint32_t hresult = 0;
  std::string operation;
  std::optional<std::u16string> message;
  // __ExtendedStatus of the failing call. ParameterInfo may hold paths, never credentials.
  std::optional<std::u16string> description;
  std::optional<std::u16string> extended_operation;
  std::optional<std::u16string> parameter_info;
  std::optional<std::u16string> provider_name;
};

// A value that does not fit the method's signature: the caller's fault, nothing was sent.
Failure ArgumentFailure(const char* operation, std::u16string message);

// An answer that WMI's contract does not allow.
Failure ProtocolFailure(const char* operation, std::u16string message);

// A failing HRESULT with the thread's extended error information. To be called straight after the failing
// call, on its thread: the next COM call may replace that information.
Failure WbemFailure(int32_t hresult, const char* operation);

// Throws WbemFailure for a failing HRESULT.
inline void Check(int32_t hresult, const char* operation) {
  if (hresult < 0) throw WbemFailure(hresult, operation);
}

}  // namespace hje
