// Owners of the COM resources the server uses: one type per resource.
#pragma once

#include <windows.h>

#include <oleauto.h>

#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulator {

// Owns one reference.
template <typename T>
class ComPtr {
 public:
  ComPtr() = default;
  ~ComPtr() {
    if (pointer_ != nullptr) pointer_->Release();
  }
  ComPtr(const ComPtr& other) : pointer_(other.pointer_) {
    if (pointer_ != nullptr) pointer_->AddRef();
  }
  ComPtr(ComPtr&& other) noexcept : pointer_(other.Detach()) {}
  // From the owner of a class to that of an interface it implements.
  template <typename U>
  ComPtr(ComPtr<U>&& other) noexcept : pointer_(other.Detach()) {}
  ComPtr& operator=(ComPtr other) noexcept {
    std::swap(pointer_, other.pointer_);
    return *this;
  }

  // Takes over a reference the caller holds.
  static ComPtr Adopt(T* pointer) {
    ComPtr owner;
    owner.pointer_ = pointer;
    return owner;
  }

  T* Get() const { return pointer_; }
  T* operator->() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }
  // Where a COM call writes a new reference; only for an owner that is still empty.
  T** Receive() { return &pointer_; }
  // Hands the reference to the caller.
  T* Detach() { return std::exchange(pointer_, nullptr); }

 private:
  T* pointer_ = nullptr;
};

class Bstr {
 public:
  Bstr() = default;
  explicit Bstr(std::wstring_view text)
      : text_(::SysAllocStringLen(text.data(), static_cast<UINT>(text.size()))) {
    if (text_ == nullptr) throw std::bad_alloc();
  }
  ~Bstr() { ::SysFreeString(text_); }
  Bstr(const Bstr&) = delete;
  Bstr& operator=(const Bstr&) = delete;

  BSTR Get() const { return text_; }
  // Where a COM call writes a new text; only for an owner that is still empty.
  BSTR* Receive() { return &text_; }
  BSTR Detach() { return std::exchange(text_, nullptr); }

 private:
  BSTR text_ = nullptr;
};

// The characters of a BSTR, embedded NULs included; NULL reads as empty.
inline std::wstring_view View(BSTR text) { return {text == nullptr ? L"" : text, ::SysStringLen(text)}; }

// The text of a BSTR that may be absent.
inline std::optional<std::wstring> TextOf(const BSTR text) {
  if (text == nullptr) return std::nullopt;
  return std::wstring(View(text));
}

// Deep copy into a VARIANT that holds nothing. MinGW declares VariantCopy's source without const.
inline HRESULT CopyVariant(const VARIANT& from, VARIANT* to) {
  ::VariantInit(to);
  return ::VariantCopy(to, const_cast<VARIANT*>(&from));
}

// Owns what a VARIANT holds. Starts as VT_NULL, which is how WMI says "no value".
class Variant {
 public:
  Variant() noexcept {
    ::VariantInit(&value_);
    value_.vt = VT_NULL;
  }
  ~Variant() { ::VariantClear(&value_); }
  Variant(const Variant& other) {
    if (FAILED(CopyVariant(other.value_, &value_))) throw std::bad_alloc();
  }
  Variant(Variant&& other) noexcept : value_(other.value_) { ::VariantInit(&other.value_); }
  Variant& operator=(Variant other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }

  static Variant String(std::wstring_view text) {
    Bstr owner(text);
    Variant result;
    result.value_.vt = VT_BSTR;
    result.value_.bstrVal = owner.Detach();
    return result;
  }
  // An empty text is no value.
  static Variant TextOrNull(std::wstring_view text) { return text.empty() ? Variant() : String(text); }
  static Variant Int(LONG number) {
    Variant result;
    result.value_.vt = VT_I4;
    result.value_.lVal = number;
    return result;
  }
  static Variant Bool(bool truth) {
    Variant result;
    result.value_.vt = VT_BOOL;
    result.value_.boolVal = truth ? VARIANT_TRUE : VARIANT_FALSE;
    return result;
  }
  // Takes the array over.
  static Variant Array(VARTYPE element, SAFEARRAY* array) {
    Variant result;
    result.value_.vt = static_cast<VARTYPE>(VT_ARRAY | element);
    result.value_.parray = array;
    return result;
  }
  // A one-dimensional array of strings, from index 0.
  static Variant Strings(const std::vector<std::wstring>& texts) {
    SAFEARRAY* array = ::SafeArrayCreateVector(VT_BSTR, 0, static_cast<ULONG>(texts.size()));
    if (array == nullptr) throw std::bad_alloc();
    Variant result = Array(VT_BSTR, array);
    auto* items = static_cast<BSTR*>(array->pvData);
    for (size_t i = 0; i < texts.size(); ++i) items[i] = Bstr(texts[i]).Detach();
    return result;
  }
  // Takes the reference over.
  static Variant Object(IUnknown* object) {
    Variant result;
    result.value_.vt = VT_UNKNOWN;
    result.value_.punkVal = object;
    return result;
  }

  const VARIANT& Raw() const { return value_; }
  VARIANT& Raw() { return value_; }
  VARIANT* Receive() {
    ::VariantClear(&value_);
    return &value_;
  }
  // Hands the array to the caller; only for a value that is one.
  SAFEARRAY* DetachArray() {
    value_.vt = VT_NULL;
    return std::exchange(value_.parray, nullptr);
  }
  bool IsNull() const { return value_.vt == VT_NULL; }

 private:
  VARIANT value_;
};

}  // namespace simulator
