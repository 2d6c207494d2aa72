#include "scenario_read.h"

#include <cmath>
#include <string>
#include <utility>

#include "answer_shape.h"
#include "cim_types.h"
#include "class_object.h"

namespace simulator {
namespace {

[[noreturn]] void Refuse(const Napi::Env& env, const std::string& what) {
  throw Napi::Error::New(env, "simulator: " + what);
}

std::wstring ReadText(const Napi::Value& value) {
  const std::u16string text = value.As<Napi::String>().Utf16Value();
  return {text.begin(), text.end()};
}

std::wstring ReadText(const Napi::Object& from, const char* name) { return ReadText(from.Get(name)); }

bool ReadFlag(const Napi::Object& from, const char* name) {
  return from.Get(name).As<Napi::Boolean>().Value();
}

uint32_t ReadNumber(const Napi::Object& from, const char* name) {
  return from.Get(name).As<Napi::Number>().Uint32Value();
}

// Calls `visit` with each element as an object.
template <typename Visit>
void ForEach(const Napi::Value& list, Visit visit) {
  const auto array = list.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) visit(array.Get(i).As<Napi::Object>());
}

CIMTYPE ReadType(const Napi::Env& env, std::wstring_view name) {
  const bool array = name.size() > 2 && name.substr(name.size() - 2) == L"[]";
  const CimTypeInfo* info = FindCimType(array ? name.substr(0, name.size() - 2) : name);
  if (info == nullptr) Refuse(env, "unknown CIM type");
  return info->cim | (array ? CIM_FLAG_ARRAY : 0);
}

class ValueReader {
 public:
  explicit ValueReader(const ClassTable& classes) : classes_(classes) {}

  Variant Read(const Napi::Value& value, CIMTYPE type) const {
    if (value.IsNull()) return {};
    if ((type & CIM_FLAG_ARRAY) != 0) return ReadArray(value.As<Napi::Array>(), type & ~CIM_FLAG_ARRAY);
    Variant result;
    VARIANT& raw = result.Raw();
    switch (VariantTypeOf(type)) {
      case VT_BSTR:
        return Variant::String(ReadText(value));
      case VT_BOOL:
        return Variant::Bool(value.As<Napi::Boolean>().Value());
      case VT_UNKNOWN:
        return ReadObject(value.As<Napi::Object>());
      case VT_R4:
        raw.fltVal = value.As<Napi::Number>().FloatValue();
        break;
      case VT_R8:
        raw.dblVal = value.As<Napi::Number>().DoubleValue();
        break;
      case VT_UI1:
        raw.bVal = static_cast<BYTE>(value.As<Napi::Number>().Uint32Value());
        break;
      case VT_I2:
        raw.iVal = static_cast<SHORT>(value.As<Napi::Number>().Int32Value());
        break;
      default:
        // A uint32 above 2^31 keeps its bits: N-API wraps it.
        raw.lVal = value.As<Napi::Number>().Int32Value();
        break;
    }
    raw.vt = VariantTypeOf(type);
    return result;
  }

  PropertyValues ReadAll(const Napi::Object& properties, const ClassDef& cls) const {
    PropertyValues values;
    const Napi::Array names = properties.GetPropertyNames();
    for (uint32_t i = 0; i < names.Length(); ++i) {
      const size_t index = cls.IndexOf(ReadText(names.Get(i)));
      if (index == ClassDef::kNone) Refuse(properties.Env(), "unknown property");
      const PropertyDef& property = cls.properties[index];
      values.emplace_back(property.name, Read(properties.Get(names.Get(i)), property.type));
    }
    return values;
  }

  void Assign(const Napi::Object& properties, Record* record) const {
    for (auto& [name, value] : ReadAll(properties, *record->cls)) record->Set(name, std::move(value));
  }

  // `{ className, properties }`
  std::shared_ptr<Record> ReadInstance(const Napi::Object& source) const {
    const ClassPtr cls = classes_.Find(ReadText(source, "className"));
    if (cls == nullptr) Refuse(source.Env(), "unknown class");
    auto record = std::make_shared<Record>(cls);
    Assign(source.Get("properties").As<Napi::Object>(), record.get());
    return record;
  }

 private:
  Variant ReadObject(const Napi::Object& source) const {
    return Variant::Object(
        static_cast<IWbemClassObject*>(MakeObject(ReadInstance(source), nullptr).Detach()));
  }

  Variant ReadArray(const Napi::Array& items, CIMTYPE type) const {
    const VARTYPE vt = VariantTypeOf(type);
    SAFEARRAY* array = ::SafeArrayCreateVector(vt, 0, items.Length());
    if (array == nullptr) throw std::bad_alloc();
    Variant result = Variant::Array(vt, array);
    for (uint32_t i = 0; i < items.Length(); ++i) {
      Variant item = Read(items.Get(i), type);
      if (item.IsNull()) continue;  // a NULL string: the array starts out with them
      LONG index = static_cast<LONG>(i);
      const bool by_value = vt != VT_BSTR && vt != VT_UNKNOWN;
      VARIANT& raw = item.Raw();
      const HRESULT hr =
          ::SafeArrayPutElement(array, &index, by_value ? static_cast<void*>(&raw.byref) : raw.byref);
      if (FAILED(hr)) throw std::bad_alloc();
    }
    return result;
  }

  const ClassTable& classes_;
};

// `[[name, type], …]`, and the names of those that are keys.
std::vector<PropertyDef> ReadDeclarations(const Napi::Value& source, const std::wstring& origin) {
  std::vector<PropertyDef> properties;
  ForEach(source, [&](const Napi::Object& pair) {
    properties.push_back({ReadText(pair.Get(0u)), ReadType(pair.Env(), ReadText(pair.Get(1u))), origin,
                          pair.Get(2u).As<Napi::Boolean>().Value()});
  });
  return properties;
}

ClassPtr ReadSignature(const Napi::Value& source) {
  if (source.IsNull()) return nullptr;
  auto signature = std::make_shared<ClassDef>();
  signature->name = L"__PARAMETERS";
  signature->properties = ReadDeclarations(source, signature->name);
  return signature;
}

ClassTable ReadClasses(const Napi::Value& source) {
  ClassTable table;
  ForEach(source, [&](const Napi::Object& cls) {
    ClassDef own;
    own.name = ReadText(cls, "name");
    if (!cls.Get("superclass").IsNull()) own.superclass = table.Find(ReadText(cls, "superclass"));
    own.properties = ReadDeclarations(cls.Get("properties"), own.name);
    ForEach(cls.Get("methods"), [&](const Napi::Object& method) {
      own.methods.push_back(
          {ReadText(method, "name"), ReadSignature(method.Get("in")), ReadSignature(method.Get("out"))});
    });
    table.Add(std::move(own));
  });
  return table;
}

std::vector<Answer> ReadAnswers(const Napi::Value& source) {
  std::vector<Answer> answers;
  ForEach(source, [&](const Napi::Object& entry) {
    std::vector<std::optional<std::wstring>> texts;
    if (entry.Get("errors").IsArray()) {
      const auto errors = entry.Get("errors").As<Napi::Array>();
      for (uint32_t i = 0; i < errors.Length(); ++i) {
        const Napi::Value text = errors.Get(i);
        texts.push_back(text.IsNull() ? std::nullopt : std::make_optional(ReadText(text)));
      }
    }
    Answer answer;
    answer.return_value = ReadNumber(entry, "returnValue");
    answer.latency_ms = ReadNumber(entry, "latencyMs");
    if (!ShapeErrors(ReadText(entry, "shape"), texts, &answer)) Refuse(entry.Env(), "unknown shape");
    answers.push_back(std::move(answer));
  });
  return answers;
}

PlannedJob ReadJob(const ValueReader& values, const Napi::Object& source) {
  std::shared_ptr<Record> current = values.ReadInstance(source);
  const RecordPtr identity = current;
  bool exists = ReadFlag(source, "exists");
  std::vector<Step> steps = {{0, exists ? current : nullptr}};
  ForEach(source.Get("timeline"), [&](const Napi::Object& event) {
    current = std::make_shared<Record>(*current);
    values.Assign(event.Get("set").As<Napi::Object>(), current.get());
    if (!event.Get("exists").IsNull()) exists = ReadFlag(event, "exists");
    steps.push_back({event.Get("afterMs").As<Napi::Number>().DoubleValue(), exists ? current : nullptr});
  });
  return {std::make_shared<Job>(ReadAnswers(source.Get("getErrorEx"))), identity, std::move(steps)};
}

// `{ className, name, answers: [{ latencyMs, parameters, values, starts }] }`
MethodPlan ReadMethod(const ValueReader& values, const Napi::Object& source) {
  MethodPlan plan{ReadText(source, "className"), ReadText(source, "name"), {}};
  ForEach(source.Get("answers"), [&](const Napi::Object& entry) {
    auto out = std::make_shared<Record>(ReadSignature(entry.Get("parameters")));
    values.Assign(entry.Get("values").As<Napi::Object>(), out.get());
    MethodAnswer answer{ReadNumber(entry, "latencyMs"), std::move(out), std::nullopt};
    if (!entry.Get("starts").IsNull()) {
      answer.starts = ReadJob(values, entry.Get("starts").As<Napi::Object>());
    }
    plan.answers.push_back(std::move(answer));
  });
  return plan;
}

Fault ReadFault(const Napi::Object& source) {
  const auto operation = FindOperation(ReadText(source, "operation"));
  if (!operation) Refuse(source.Env(), "unknown operation");
  Fault fault{*operation, {}, {}, {}, S_OK, ReadNumber(source, "hangMs"), ReadText(source, "description")};
  if (!source.Get("method").IsNull()) fault.method = ReadText(source, "method");
  if (!source.Get("object").IsNull()) fault.object = ReadText(source, "object");
  if (!source.Get("hresult").IsNull()) fault.status = static_cast<HRESULT>(ReadNumber(source, "hresult"));
  if (!source.Get("calls").IsNull()) {
    const auto calls = source.Get("calls").As<Napi::Array>();
    fault.calls.emplace();
    for (uint32_t i = 0; i < calls.Length(); ++i) {
      fault.calls->push_back(calls.Get(i).As<Napi::Number>().Uint32Value());
    }
  }
  return fault;
}

EventRules ReadEventRules(const Napi::Object& source) {
  EventRules rules;
  rules.needs_within = ReadFlag(source, "needsWithin");
  if (!source.Get("maxSubscriptions").IsNull())
    rules.max_subscriptions = ReadNumber(source, "maxSubscriptions");
  if (!source.Get("dropAfter").IsNull()) rules.queue_length = ReadNumber(source, "dropAfter");
  return rules;
}

}  // namespace

PlannedJob ReadJob(const ClassTable& classes, const Napi::Object& source) {
  return ReadJob(ValueReader(classes), source);
}

PropertyValues ReadProperties(const ClassTable& classes, std::wstring_view class_name,
                              const Napi::Object& source) {
  const ClassPtr cls = classes.Find(class_name);
  if (cls == nullptr) Refuse(source.Env(), "unknown class");
  return ValueReader(classes).ReadAll(source, *cls);
}

Scenario ReadScenario(const Napi::Object& source) {
  Scenario scenario;
  scenario.computer = ReadText(source, "computer");
  scenario.namespace_missing = ReadFlag(source, "namespaceMissing");
  scenario.record_calls = ReadFlag(source, "recordCalls");
  scenario.record_blankets = ReadFlag(source, "recordBlankets");
  scenario.classes = ReadClasses(source.Get("classes"));
  const ValueReader values(scenario.classes);
  ForEach(source.Get("jobs"),
          [&](const Napi::Object& job) { scenario.jobs.push_back(ReadJob(values, job)); });
  ForEach(source.Get("instances"),
          [&](const Napi::Object& instance) { scenario.instances.push_back(values.ReadInstance(instance)); });
  ForEach(source.Get("methods"),
          [&](const Napi::Object& method) { scenario.methods.push_back(ReadMethod(values, method)); });
  ForEach(source.Get("faults"),
          [&](const Napi::Object& fault) { scenario.faults.push_back(ReadFault(fault)); });
  scenario.events = ReadEventRules(source.Get("events").As<Napi::Object>());
  return scenario;
}

}  // namespace simulator
