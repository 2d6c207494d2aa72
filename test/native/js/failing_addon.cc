// The product's addon with an allocator that fails: linked with its own objects, whose entry is renamed to
// RegisterAddon. scripts/test/addon-allocations.test.mjs builds and runs it.
#include <node_api.h>

#include "../failing_allocator.h"

extern "C" napi_value RegisterAddon(napi_env env, napi_value exports);

namespace {

int fail_at_load = 0;
int fail_count_at_load = 0;

void ReadTwo(napi_env env, napi_callback_info info, int* first, int* second) {
  napi_value values[2] = {};
  size_t count = 2;
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  napi_get_value_int32(env, values[0], first);
  napi_get_value_int32(env, values[1], second);
}

// arm(at, count): of the allocations of this thread, those from the at-th on fail, `count` of them.
napi_value ArmThread(napi_env env, napi_callback_info info) {
  int at = 0;
  int count = 0;
  ReadTwo(env, info, &at, &count);
  failing_allocator::Arm(at, count);
  return nullptr;
}

// disarm(): how many have failed since.
napi_value Disarm(napi_env env, napi_callback_info) {
  napi_value failed = nullptr;
  napi_create_int32(env, failing_allocator::failed, &failed);
  failing_allocator::Arm(0, 0);
  return failed;
}

// armLoad(at, count): the same while the addon is loaded next, by any thread.
napi_value ArmLoad(napi_env env, napi_callback_info info) {
  ReadTwo(env, info, &fail_at_load, &fail_count_at_load);
  return nullptr;
}

void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

// What NAPI_MODULE_INIT declares: the version of Node-API is exported by the product's own object.
extern "C" NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  Export(env, exports, "arm", ArmThread);
  Export(env, exports, "disarm", Disarm);
  Export(env, exports, "armLoad", ArmLoad);
  failing_allocator::Arm(fail_at_load, fail_count_at_load);
  napi_value registered = RegisterAddon(env, exports);
  failing_allocator::Arm(0, 0);
  return registered;
}
