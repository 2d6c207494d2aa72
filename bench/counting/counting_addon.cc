// The entry of the counting addon (scripts/lib/build/counting-addon.mjs): the product's exports, and `counts`.
#include <node_api.h>
#include <windows.h>

#include <cstdint>

extern "C" {
extern const char* const hje_names[];
extern const unsigned hje_functions;
extern uint64_t hje_counts[];
extern uint32_t hje_js_thread;
napi_value RegisterAddon(napi_env env, napi_value exports);
}

namespace {

// counts(): [name, calls on the JavaScript thread, on others, bytes copied there, and by others]…, since the start.
napi_value Counts(napi_env env, napi_callback_info) {
  napi_value list = nullptr;
  napi_create_array(env, &list);
  for (unsigned i = 0; i < hje_functions; ++i) {
    uint64_t counts[4];
    for (unsigned column = 0; column < 4; ++column) counts[column] = hje_counts[4 * i + column];
    napi_value row = nullptr;
    napi_create_array(env, &row);
    napi_value name = nullptr;
    napi_create_string_utf8(env, hje_names[i], NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, row, 0, name);
    for (unsigned column = 0; column < 4; ++column) {
      napi_value number = nullptr;
      napi_create_double(env, static_cast<double>(counts[column]), &number);
      napi_set_element(env, row, column + 1, number);
    }
    napi_set_element(env, list, i, row);
  }
  return list;
}

}  // namespace

// What NAPI_MODULE_INIT declares: the version of Node-API is exported by the product's own object.
extern "C" NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  hje_js_thread = GetCurrentThreadId();
  napi_value counts = nullptr;
  napi_create_function(env, "counts", NAPI_AUTO_LENGTH, Counts, nullptr, &counts);
  napi_set_named_property(env, exports, "counts", counts);
  return RegisterAddon(env, exports);
}
