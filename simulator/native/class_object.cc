#include "class_object.h"

#include <utility>

#include "cim_types.h"
#include "extended_status.h"
#include "malloc_spy.h"
#include "text.h"

namespace simulator {

bool ClassObject::Offers(REFIID iid) const {
  return iid != __uuidof(IErrorInfo) || record_->cls->name == kExtendedStatusClass;
}

LONG ClassObject::FlavorOf(size_t property) const {
  const bool local = EqualsNoCase(record_->cls->properties[property].origin, record_->cls->name);
  return local ? LONG{WBEM_FLAVOR_ORIGIN_LOCAL} : LONG{WBEM_FLAVOR_ORIGIN_PROPAGATED};
}

STDMETHODIMP ClassObject::Get(LPCWSTR name, LONG flags, VARIANT* value, CIMTYPE* type, LONG* flavor) {
  return NoThrow([&]() -> HRESULT {
    if (name == nullptr || flags != 0) return WBEM_E_INVALID_PARAMETER;
    if (const auto system = GetSystemProperty(*record_, location_.get(), name)) {
      if (type != nullptr) *type = system->type;
      if (flavor != nullptr) *flavor = WBEM_FLAVOR_ORIGIN_SYSTEM;
      return value == nullptr ? S_OK : HandOut(system->value.Raw(), value);
    }
    const size_t index = record_->cls->IndexOf(name);
    if (index == ClassDef::kNone) return WBEM_E_NOT_FOUND;
    if (type != nullptr) *type = record_->cls->properties[index].type;
    if (flavor != nullptr) *flavor = FlavorOf(index);
    return value == nullptr ? S_OK : HandOut(record_->values[index].Raw(), value);
  });
}

// WMI itself coerces some VARIANT types; this server takes the documented type alone, so that a client which
// relies on coercion is found out.
STDMETHODIMP ClassObject::Put(LPCWSTR name, LONG flags, VARIANT* value, CIMTYPE type) {
  return NoThrow([&]() -> HRESULT {
    if (name == nullptr || flags != 0) return WBEM_E_INVALID_PARAMETER;
    if (std::wstring_view(name).substr(0, 2) == L"__") return WBEM_E_READ_ONLY;
    const size_t index = record_->cls->IndexOf(name);
    if (index == ClassDef::kNone) return WBEM_E_NOT_FOUND;
    const CIMTYPE declared = record_->cls->properties[index].type;
    if (type != 0 && type != declared) return WBEM_E_TYPE_MISMATCH;
    if (value != nullptr && !IsValueOf(declared, *value)) return WBEM_E_TYPE_MISMATCH;
    Variant copy;
    if (value != nullptr) {
      const HRESULT hr = CopyVariant(*value, copy.Receive());
      if (FAILED(hr)) return hr;
    }
    // Records are shared and immutable: a changed object gets one of its own.
    auto changed = std::make_shared<Record>(*record_);
    changed->values[index] = std::move(copy);
    record_ = std::move(changed);
    return WBEM_S_NO_ERROR;
  });
}

std::vector<std::wstring> ClassObject::NamesFor(LONG flags) const {
  const LONG origin = flags & WBEM_MASK_CONDITION_ORIGIN;
  std::vector<std::wstring> names;
  if (origin == 0 || origin == WBEM_FLAG_SYSTEM_ONLY) names = SystemPropertyNames();
  if (origin == WBEM_FLAG_SYSTEM_ONLY) return names;
  for (size_t i = 0; i < record_->cls->properties.size(); ++i) {
    const bool local = FlavorOf(i) == WBEM_FLAVOR_ORIGIN_LOCAL;
    if (origin == WBEM_FLAG_LOCAL_ONLY && !local) continue;
    if (origin == WBEM_FLAG_PROPAGATED_ONLY && local) continue;
    if ((flags & WBEM_FLAG_KEYS_ONLY) != 0 && !record_->cls->properties[i].key) continue;
    names.push_back(record_->cls->properties[i].name);
  }
  return names;
}

STDMETHODIMP ClassObject::GetNames(LPCWSTR qualifier, LONG flags, VARIANT*, SAFEARRAY** names) {
  return NoThrow([&]() -> HRESULT {
    if (names == nullptr) return WBEM_E_INVALID_PARAMETER;
    *names = nullptr;
    if (qualifier != nullptr) return WBEM_E_NOT_SUPPORTED;
    *names = Variant::Strings(NamesFor(flags)).DetachArray();
    NoteHandedOut(*names);
    return WBEM_S_NO_ERROR;
  });
}

STDMETHODIMP ClassObject::BeginEnumeration(LONG flags) {
  return NoThrow([&]() -> HRESULT {
    enumerated_ = NamesFor(flags);
    next_ = 0;
    enumerating_ = true;
    return WBEM_S_NO_ERROR;
  });
}

STDMETHODIMP ClassObject::Next(LONG flags, BSTR* name, VARIANT* value, CIMTYPE* type, LONG* flavor) {
  return NoThrow([&]() -> HRESULT {
    if (name != nullptr) *name = nullptr;
    if (flags != 0) return WBEM_E_INVALID_PARAMETER;
    if (!enumerating_) return WBEM_E_UNEXPECTED;
    if (next_ == enumerated_.size()) return WBEM_S_NO_MORE_DATA;
    const std::wstring& current = enumerated_[next_++];
    const HRESULT hr = Get(current.c_str(), 0, value, type, flavor);
    if (FAILED(hr) || name == nullptr) return hr;
    return HandOut(current, name);
  });
}

STDMETHODIMP ClassObject::EndEnumeration() {
  enumerating_ = false;
  return WBEM_S_NO_ERROR;
}

STDMETHODIMP ClassObject::Clone(IWbemClassObject** copy) {
  return NoThrow([&]() -> HRESULT {
    if (copy == nullptr) return WBEM_E_INVALID_PARAMETER;
    *copy = MakeObject(record_, location_).Detach();
    return WBEM_S_NO_ERROR;
  });
}

// The head of the MOF text alone: enough to tell objects apart in a debugger.
STDMETHODIMP ClassObject::GetObjectText(LONG, BSTR* text) {
  return NoThrow([&]() -> HRESULT {
    if (text == nullptr) return WBEM_E_INVALID_PARAMETER;
    const bool is_class = record_->genus == Record::Genus::kClass;
    return HandOut((is_class ? L"class " : L"instance of ") + record_->cls->name + L"\n{\n};\n", text);
  });
}

STDMETHODIMP ClassObject::SpawnInstance(LONG flags, IWbemClassObject** instance) {
  return NoThrow([&]() -> HRESULT {
    if (instance == nullptr || flags != 0) return WBEM_E_INVALID_PARAMETER;
    *instance = nullptr;
    if (record_->genus != Record::Genus::kClass) return WBEM_E_INVALID_OPERATION;
    *instance = MakeObject(std::make_shared<Record>(record_->cls), location_).Detach();
    return WBEM_S_NO_ERROR;
  });
}

STDMETHODIMP ClassObject::GetPropertyOrigin(LPCWSTR name, BSTR* class_name) {
  return NoThrow([&]() -> HRESULT {
    if (name == nullptr || class_name == nullptr) return WBEM_E_INVALID_PARAMETER;
    *class_name = nullptr;
    const size_t index = record_->cls->IndexOf(name);
    if (index == ClassDef::kNone) return WBEM_E_NOT_FOUND;
    return HandOut(record_->cls->properties[index].origin, class_name);
  });
}

STDMETHODIMP ClassObject::InheritsFrom(LPCWSTR ancestor) {
  return NoThrow([&]() -> HRESULT {
    if (ancestor == nullptr) return WBEM_E_INVALID_PARAMETER;
    return record_->cls->IsA(ancestor) ? WBEM_S_NO_ERROR : WBEM_S_FALSE;
  });
}

STDMETHODIMP ClassObject::GetMethod(LPCWSTR name, LONG flags, IWbemClassObject** in, IWbemClassObject** out) {
  return NoThrow([&]() -> HRESULT {
    if (in != nullptr) *in = nullptr;
    if (out != nullptr) *out = nullptr;
    if (name == nullptr || flags != 0) return WBEM_E_INVALID_PARAMETER;
    if (record_->genus != Record::Genus::kClass) return WBEM_E_ILLEGAL_OPERATION;
    const MethodDef* method = record_->cls->FindMethod(name);
    if (method == nullptr) return WBEM_E_NOT_FOUND;
    const auto signature = [&](const ClassPtr& cls) {
      return MakeObject(std::make_shared<Record>(cls, Record::Genus::kClass), location_);
    };
    ComPtr<ClassObject> in_object;
    ComPtr<ClassObject> out_object;
    if (in != nullptr && method->in != nullptr) in_object = signature(method->in);
    if (out != nullptr) out_object = signature(method->out);
    if (in != nullptr) *in = in_object.Detach();
    if (out != nullptr) *out = out_object.Detach();
    return WBEM_S_NO_ERROR;
  });
}

STDMETHODIMP ClassObject::GetGUID(GUID* guid) {
  if (guid == nullptr) return E_POINTER;
  *guid = __uuidof(IWbemServices);
  return S_OK;
}

HRESULT ClassObject::HandOutText(const wchar_t* property, BSTR* out) const {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  const VARIANT& value = (*record_)[property].Raw();
  return value.vt == VT_BSTR ? HandOut(View(value.bstrVal), out) : S_OK;
}

STDMETHODIMP ClassObject::GetSource(BSTR* source) { return HandOutText(L"ProviderName", source); }

STDMETHODIMP ClassObject::GetDescription(BSTR* description) {
  return HandOutText(L"Description", description);
}

STDMETHODIMP ClassObject::GetHelpFile(BSTR* file) {
  if (file == nullptr) return E_POINTER;
  *file = nullptr;
  return S_OK;
}

STDMETHODIMP ClassObject::GetHelpContext(DWORD* context) {
  if (context == nullptr) return E_POINTER;
  *context = 0;
  return S_OK;
}

}  // namespace simulator
