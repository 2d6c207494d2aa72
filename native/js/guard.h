// The edge of N-API: whatever is thrown behind it becomes an exception of JavaScript.
#pragma once

#include <napi.h>

#include <exception>
#include <new>
#include <string>

namespace hje {

// Thrown where JavaScript has an exception pending already, or the environment is going.
struct Pending {};

// An argument that the contract does not allow. It becomes a TypeError.
struct BadArgument {
  std::string message;
};

inline void ThrowIfPending(Napi::Env env) {
  if (env.IsExceptionPending()) throw Pending{};
}

// For a status of N-API that is not napi_ok.
inline void CheckNapi(napi_status status) {
  if (status == napi_ok) return;
  if (status == napi_pending_exception) throw Pending{};
  throw std::bad_alloc();
}

// N-API's own functions and not node-addon-api's: those end the process where the environment is going.
template <typename Work>
napi_value Guarded(napi_env env, const Work& work) noexcept {
  try {
    return work();
  } catch (const Pending&) {  // NOLINT(bugprone-empty-catch)
  } catch (const BadArgument& refused) {
    napi_throw_type_error(env, "ERR_INVALID_ARG", refused.message.c_str());
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "out of memory");
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  } catch (...) {
    napi_throw_error(env, nullptr, "an exception of an unknown type");
  }
  return nullptr;
}

}  // namespace hje
