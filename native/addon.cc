// The export table: what lib/wmi/addon.ts declares.
#include <napi.h>

#include "com/wmi.h"
#include "js/arguments.h"
#include "js/env_state.h"
#include "js/guard.h"
#include "js/session.h"

namespace hje {
namespace {

napi_value OnSettle(napi_env env, napi_callback_info raw) {
  return Guarded(env, [&]() -> napi_value {
    const Napi::CallbackInfo info(env, raw);
    const Napi::Function settle = ReadFunction(info[0], "settle");
    EnvState::Of(env).settler()->OnSettle(settle, ReadFunction(info[1], "later"));
    return info.Env().Undefined();
  });
}

napi_value SettleMore(napi_env env, napi_callback_info) {
  return Guarded(env, [&]() -> napi_value {
    EnvState::Of(env).settler()->SettleMore(env);
    return nullptr;
  });
}

void Export(napi_env env, napi_value exports, const char* name, napi_value value) {
  CheckNapi(napi_set_named_property(env, exports, name, value));
}

napi_value MakeFunction(napi_env env, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  CheckNapi(napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function));
  return function;
}

}  // namespace
}  // namespace hje

NAPI_MODULE_INIT() {
  return hje::Guarded(env, [&]() -> napi_value {
    hje::EnvState::Create(env, hje::MakeWmi());
    hje::Export(env, exports, "Session", hje::DefineSession(env));
    hje::Export(env, exports, "onSettle", hje::MakeFunction(env, "onSettle", hje::OnSettle));
    hje::Export(env, exports, "settleMore", hje::MakeFunction(env, "settleMore", hje::SettleMore));
    return exports;
  });
}
