#include "methods.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cim_types.h"
#include "embedded_message.h"
#include "text.h"

namespace simulator {
namespace {

// Return values of the Hyper-V methods.
constexpr LONG kCompleted = 0;
constexpr LONG kNotSupported = 32770;
constexpr LONG kInvalidParameter = 32773;

std::shared_ptr<Record> Answered(const Invocation& call, LONG return_value) {
  auto out = std::make_shared<Record>(call.method.out);
  out->Set(L"ReturnValue", Variant::Int(return_value));
  return out;
}

// An in-parameter, which must have exactly the VARIANT type of its CIM type.
HRESULT ReadIn(const Invocation& call, const PropertyDef& parameter, Variant* value) {
  const HRESULT hr = call.in->Get(parameter.name.c_str(), 0, value->Receive(), nullptr, nullptr);
  if (FAILED(hr)) return WBEM_E_INVALID_METHOD_PARAMETERS;
  if (!IsValueOf(parameter.type, value->Raw())) return WBEM_E_TYPE_MISMATCH;
  return S_OK;
}

HRESULT ReadIn(const Invocation& call, const wchar_t* name, Variant* value) {
  const size_t index = call.method.in->IndexOf(name);
  if (index == ClassDef::kNone) return WBEM_E_INVALID_METHOD_PARAMETERS;
  return ReadIn(call, call.method.in->properties[index], value);
}

HRESULT GetErrorEx(const Invocation& call, RecordPtr* out) {
  const Answer& answer = call.target.job->NextGetErrorEx();
  if (answer.latency_ms != 0) ::Sleep(answer.latency_ms);
  if (answer.form == Answer::Form::kNoOutParameters) return S_OK;
  auto result = Answered(call, static_cast<LONG>(answer.return_value));
  result->Set(L"Errors", answer.errors);
  *out = std::move(result);
  if (answer.form == Answer::Form::kWithoutErrors) {
    *out = Project(**out, Project(*call.method.out, {L"ReturnValue"}));
  }
  return S_OK;
}

HRESULT GetError(const Invocation& call, RecordPtr* out) {
  const Answer& answer = call.target.job->NextGetError();
  if (answer.latency_ms != 0) ::Sleep(answer.latency_ms);
  auto result = Answered(call, static_cast<LONG>(answer.return_value));
  result->Set(L"Error", answer.first_error);
  *out = std::move(result);
  return S_OK;
}

// https://learn.microsoft.com/windows/win32/hyperv_v2/requeststatechange-msvm-migrationjob
HRESULT RequestStateChange(const Invocation& call, RecordPtr* out) {
  constexpr LONG kStart = 2, kSuspend = 3, kTerminate = 4, kKill = 5, kService = 6;
  Variant requested;
  const HRESULT hr = ReadIn(call, L"RequestedState", &requested);
  if (FAILED(hr)) return hr;
  const LONG state = requested.IsNull() ? 0 : requested.Raw().lVal;
  LONG result = kInvalidParameter;
  if (state == kTerminate || state == kKill) {
    const JobState end = state == kTerminate ? JobState::kTerminated : JobState::kKilled;
    result = static_cast<LONG>(call.world.scene().CancelJob(*call.target.job, end));
  } else if (state == kStart || state == kSuspend || state == kService) {
    result = kNotSupported;
  }
  *out = Answered(call, result);
  return S_OK;
}

// https://learn.microsoft.com/windows/win32/hyperv_v2/msvm-virtualsystemmanagementservice-formaterror
HRESULT FormatError(const Invocation& call, RecordPtr* out) {
  Variant errors;
  const HRESULT hr = ReadIn(call, L"Errors", &errors);
  if (FAILED(hr)) return hr;
  if (errors.IsNull()) {
    *out = Answered(call, kInvalidParameter);
    return S_OK;
  }
  const SAFEARRAY* array = errors.Raw().parray;
  const auto* texts = static_cast<const BSTR*>(array->pvData);
  std::wstring joined;
  for (ULONG i = 0; i < array->rgsabound[0].cElements; ++i) {
    const std::optional<std::wstring> message = FindMessage(View(texts[i]));
    if (!message) continue;
    if (!joined.empty()) joined += L"\r\n";
    joined += *message;
  }
  auto result = Answered(call, kCompleted);
  if (!joined.empty()) result->Set(L"ErrorMessage", Variant::String(joined));
  *out = std::move(result);
  return S_OK;
}

// Gives each in-parameter back as `Out<Name>`.
HRESULT Echo(const Invocation& call, RecordPtr* out) {
  auto result = Answered(call, kCompleted);
  for (const PropertyDef& parameter : call.method.in->properties) {
    Variant value;
    const HRESULT hr = ReadIn(call, parameter, &value);
    if (FAILED(hr)) return hr;
    result->Set(L"Out" + parameter.name, std::move(value));
  }
  *out = std::move(result);
  return S_OK;
}

struct Method {
  const wchar_t* name;
  bool of_jobs;
  HRESULT (*run)(const Invocation&, RecordPtr*);
};
constexpr Method kMethods[] = {
    {L"GetErrorEx", true, GetErrorEx},
    {L"GetError", true, GetError},
    {L"RequestStateChange", true, RequestStateChange},
    {L"FormatError", false, FormatError},
    {L"Echo", false, Echo},
};

}  // namespace

HRESULT Invoke(const Invocation& call, RecordPtr* out) {
  for (const Method& method : kMethods) {
    if (!EqualsNoCase(method.name, call.method.name)) continue;
    if (method.of_jobs && call.target.job == nullptr) return WBEM_E_METHOD_NOT_IMPLEMENTED;
    return method.run(call, out);
  }
  return WBEM_E_METHOD_NOT_IMPLEMENTED;
}

}  // namespace simulator
