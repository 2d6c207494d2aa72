#include "scene_exports.h"

#include <memory>
#include <string>

#include "malloc_spy.h"
#include "scenario_read.h"
#include "server.h"

namespace simulator {
namespace {

std::wstring ReadText(const Napi::Value& value) {
  const std::u16string text = value.As<Napi::String>().Utf16Value();
  return {text.begin(), text.end()};
}

// The first argument of each function is the number of the start it belongs to.
std::shared_ptr<World> WorldOf(const Napi::CallbackInfo& info) {
  auto world = Server::OfProcess().WorldOf(info[0].As<Napi::Number>().Uint32Value());
  if (world == nullptr) throw Napi::Error::New(info.Env(), "simulator: another start has taken its place");
  return world;
}

// addJob(start, job) → whether there was none of that name
Napi::Value AddJob(const Napi::CallbackInfo& info) {
  const OwnAllocations own;
  const auto world = WorldOf(info);
  const bool added = world->scene().AddJob(ReadJob(world->classes(), info[1].As<Napi::Object>()));
  return Napi::Boolean::New(info.Env(), added);
}

// setJob(start, className, instanceId, properties) → whether there is one
Napi::Value SetJob(const Napi::CallbackInfo& info) {
  const OwnAllocations own;
  const auto world = WorldOf(info);
  const JobName name{ReadText(info[1]), ReadText(info[2])};
  const PropertyValues values = ReadProperties(world->classes(), name.class_name, info[3].As<Napi::Object>());
  return Napi::Boolean::New(info.Env(), world->scene().SetJob(name, values));
}

// contradictJob(start, className, instanceId, property) → whether there is one. The value is of another
// VARIANT type than any CIM type arrives as.
Napi::Value ContradictJob(const Napi::CallbackInfo& info) {
  const OwnAllocations own;
  Variant value;
  value.Raw().vt = VT_DATE;
  value.Raw().date = 0;
  const PropertyValues values = {{ReadText(info[3]), std::move(value)}};
  const JobName name{ReadText(info[1]), ReadText(info[2])};
  return Napi::Boolean::New(info.Env(), WorldOf(info)->scene().SetJob(name, values));
}

// removeJob(start, className, instanceId) → whether there was one
Napi::Value RemoveJob(const Napi::CallbackInfo& info) {
  const bool removed = WorldOf(info)->scene().RemoveJob({ReadText(info[1]), ReadText(info[2])});
  return Napi::Boolean::New(info.Env(), removed);
}

// disconnectAll(start, hresult)
void DisconnectAll(const Napi::CallbackInfo& info) {
  WorldOf(info)->DisconnectAll(static_cast<HRESULT>(info[1].As<Napi::Number>().Uint32Value()));
}

// subscriptions(start) → [{ query, waiting, dropped }]
Napi::Value Subscriptions(const Napi::CallbackInfo& info) {
  auto result = Napi::Array::New(info.Env());
  for (const SubscriptionReport& report : WorldOf(info)->scene().Subscriptions()) {
    auto entry = Napi::Object::New(info.Env());
    entry.Set("query",
              Napi::String::New(info.Env(), std::u16string(report.query.begin(), report.query.end())));
    entry.Set("waiting", static_cast<double>(report.waiting));
    entry.Set("dropped", static_cast<double>(report.dropped));
    result.Set(result.Length(), entry);
  }
  return result;
}

// droppedEvents(start)
Napi::Value DroppedEvents(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(WorldOf(info)->scene().DroppedEvents()));
}

}  // namespace

void ExportScene(Napi::Env env, Napi::Object exports) {
  exports.Set("addJob", Napi::Function::New(env, AddJob));
  exports.Set("setJob", Napi::Function::New(env, SetJob));
  exports.Set("contradictJob", Napi::Function::New(env, ContradictJob));
  exports.Set("removeJob", Napi::Function::New(env, RemoveJob));
  exports.Set("disconnectAll", Napi::Function::New(env, DisconnectAll));
  exports.Set("subscriptions", Napi::Function::New(env, Subscriptions));
  exports.Set("droppedEvents", Napi::Function::New(env, DroppedEvents));
}

}  // namespace simulator
