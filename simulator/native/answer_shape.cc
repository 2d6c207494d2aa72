#include "answer_shape.h"

#include <iterator>
#include <new>
#include <utility>

namespace simulator {
namespace {

using Texts = std::vector<std::optional<std::wstring>>;

SAFEARRAY* Checked(SAFEARRAY* array) {
  if (array == nullptr) throw std::bad_alloc();
  return array;
}

BSTR Copy(const std::optional<std::wstring>& text) { return text ? Bstr(*text).Detach() : nullptr; }

Variant Fill(SAFEARRAY* array, const Texts& texts) {
  Variant result = Variant::Array(VT_BSTR, Checked(array));
  auto* items = static_cast<BSTR*>(array->pvData);
  for (size_t i = 0; i < texts.size(); ++i) items[i] = Copy(texts[i]);
  return result;
}

ULONG CountOf(const Texts& texts) { return static_cast<ULONG>(texts.size()); }

Variant Plain(const Texts& texts) { return Fill(::SafeArrayCreateVector(VT_BSTR, 0, CountOf(texts)), texts); }

Variant LowerBoundFive(const Texts& texts) {
  return Fill(::SafeArrayCreateVector(VT_BSTR, 5, CountOf(texts)), texts);
}

Variant TwoDimensional(const Texts& texts) {
  SAFEARRAYBOUND bounds[2] = {{1, 0}, {CountOf(texts), 0}};
  return Fill(::SafeArrayCreate(VT_BSTR, 2, bounds), texts);
}

Variant OfVariants(const Texts& texts) {
  SAFEARRAY* array = Checked(::SafeArrayCreateVector(VT_VARIANT, 0, CountOf(texts)));
  Variant result = Variant::Array(VT_VARIANT, array);
  auto* items = static_cast<VARIANT*>(array->pvData);
  for (size_t i = 0; i < texts.size(); ++i) {
    items[i].vt = VT_BSTR;
    items[i].bstrVal = Copy(texts[i]);
  }
  return result;
}

Variant OfIntegers(const Texts& texts) {
  SAFEARRAY* array = Checked(::SafeArrayCreateVector(VT_I4, 0, CountOf(texts)));
  auto* items = static_cast<LONG*>(array->pvData);
  for (size_t i = 0; i < texts.size(); ++i) items[i] = static_cast<LONG>(i + 1);
  return Variant::Array(VT_I4, array);
}

Variant Scalar(const Texts& texts) {
  return Variant::String(texts.empty() ? std::wstring() : texts[0].value_or(L""));
}

Variant Null(const Texts&) { return {}; }

Variant Empty(const Texts&) {
  Variant result;
  result.Raw().vt = VT_EMPTY;
  return result;
}

// Seen from a provider that has nothing to say: the type of an array, and no array.
Variant NullArray(const Texts&) { return Variant::Array(VT_BSTR, nullptr); }

struct Shape {
  const wchar_t* name;
  Variant (*make)(const Texts&);
  Answer::Form form;
};
constexpr Shape kShapes[] = {
    {L"array", Plain, Answer::Form::kNormal},
    {L"null", Null, Answer::Form::kNormal},
    {L"empty", Empty, Answer::Form::kNormal},
    {L"missing", Null, Answer::Form::kWithoutErrors},
    {L"scalar", Scalar, Answer::Form::kNormal},
    {L"array-of-variant", OfVariants, Answer::Form::kNormal},
    {L"array-of-i4", OfIntegers, Answer::Form::kNormal},
    {L"two-dimensional", TwoDimensional, Answer::Form::kNormal},
    {L"lower-bound-5", LowerBoundFive, Answer::Form::kNormal},
    {L"null-parray", NullArray, Answer::Form::kNormal},
    {L"no-out-params", Null, Answer::Form::kNoOutParameters},
};

}  // namespace

bool ShapeErrors(std::wstring_view shape, const Texts& texts, Answer* answer) {
  for (const Shape& each : kShapes) {
    if (shape != each.name) continue;
    answer->form = each.form;
    answer->errors = each.make(texts);
    for (const auto& text : texts) {
      if (!text) continue;
      answer->first_error = Variant::String(*text);
      break;
    }
    return true;
  }
  return false;
}

}  // namespace simulator
