// UTF-16 between BSTR / wchar_t (COM) and char16_t (plain data, N-API). Nothing is transcoded: embedded NULs
// and unpaired surrogates survive.
#pragma once

#include <windows.h>
#include <oleauto.h>

#include <string>
#include <string_view>

namespace hje {

static_assert(sizeof(wchar_t) == sizeof(char16_t), "Windows wchar_t is a UTF-16 unit");

inline const wchar_t* ToWide(const std::u16string& text) {
  return reinterpret_cast<const wchar_t*>(text.c_str());
}

inline std::u16string FromWide(const wchar_t* text, size_t length) {
  return std::u16string(reinterpret_cast<const char16_t*>(text), length);
}

// Copies a BSTR; a NULL BSTR is the empty string (callers that tell NULL apart look first).
inline std::u16string FromBstr(BSTR text) {
  return text == nullptr ? std::u16string() : FromWide(text, SysStringLen(text));
}

// For messages: ASCII text and numbers.
inline std::u16string Ascii(std::string_view text) { return std::u16string(text.begin(), text.end()); }

}  // namespace hje
