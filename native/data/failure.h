// Why a call failed, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace hje {

// E_OUTOFMEMORY, as winerror.h has it: what every floor may have to report.
inline constexpr uint32_t kOutOfMemory = 0x8007000E;

enum class FailureKind { kWbem, kArgument, kProtocol };

// Thrown by what runs a call and caught at the edge of its thread (work/threads.cc): it never crosses a COM
// callback, a thread function or the C ABI.
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

  Failure() = default;
  Failure(FailureKind given_kind, const char* given_operation, std::u16string given_message)
      : kind(given_kind), operation(given_operation), message(std::move(given_message)) {}
  // A failing HRESULT of which nothing more is known.
  Failure(uint32_t given_hresult, const char* given_operation)
      : hresult(given_hresult), operation(given_operation) {}
};

// A value that does not fit the method's signature: the caller's fault, nothing was sent.
inline Failure ArgumentFailure(const char* operation, std::u16string message) {
  return {FailureKind::kArgument, operation, std::move(message)};
}

// An answer that WMI's contract does not allow.
inline Failure ProtocolFailure(const char* operation, std::u16string message) {
  return {FailureKind::kProtocol, operation, std::move(message)};
}

}  // namespace hje
