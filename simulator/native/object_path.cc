#include "object_path.h"

#include <algorithm>

namespace simulator {
namespace {

bool IsNameUnit(wchar_t unit) {
  return unit == L'_' || (unit >= L'0' && unit <= L'9') || (unit >= L'A' && unit <= L'Z') ||
         (unit >= L'a' && unit <= L'z') || unit >= 0x80;
}

// Reads `Class.Key="value",…` from left to right; every Read function is false for a malformed text.
class Reader {
 public:
  explicit Reader(std::wstring_view text) : text_(text) {}

  bool AtEnd() const { return position_ == text_.size(); }

  bool Skip(wchar_t unit) {
    if (AtEnd() || text_[position_] != unit) return false;
    ++position_;
    return true;
  }

  bool ReadName(std::wstring* name) {
    const size_t start = position_;
    while (!AtEnd() && IsNameUnit(text_[position_])) ++position_;
    *name = text_.substr(start, position_ - start);
    return !name->empty() && !((*name)[0] >= L'0' && (*name)[0] <= L'9');
  }

  // A quoted string with `\` before the units that need it, or a bare number or word.
  bool ReadValue(std::wstring* value) {
    value->clear();
    const wchar_t quote = AtEnd() ? L'\0' : text_[position_];
    if (quote != L'"' && quote != L'\'') {
      while (!AtEnd() && text_[position_] != L',') *value += text_[position_++];
      return !value->empty() && std::all_of(value->begin(), value->end(), [](wchar_t unit) {
        return IsNameUnit(unit) || unit == L'-' || unit == L'+';
      });
    }
    ++position_;
    while (!AtEnd() && text_[position_] != quote) {
      if (text_[position_] == L'\\') ++position_;
      if (AtEnd()) return false;
      *value += text_[position_++];
    }
    return Skip(quote);
  }

 private:
  std::wstring_view text_;
  size_t position_ = 0;
};

bool ReadKeys(Reader* reader, ObjectPath* path) {
  PathKey key;
  if (reader->Skip(L'=')) {
    if (!reader->ReadValue(&key.value)) return false;
    path->keys.push_back(key);
    return true;
  }
  if (!reader->Skip(L'.')) return false;
  do {
    if (!reader->ReadName(&key.name) || !reader->Skip(L'=') || !reader->ReadValue(&key.value)) return false;
    path->keys.push_back(key);
  } while (reader->Skip(L','));
  return true;
}

}  // namespace

std::optional<NamespacePath> ParseNamespacePath(std::wstring_view text) {
  std::wstring normal(text);
  std::replace(normal.begin(), normal.end(), L'/', L'\\');
  NamespacePath path;
  if (normal.compare(0, 2, L"\\\\") == 0) {
    const size_t end = normal.find(L'\\', 2);
    if (end == 2 || end == std::wstring::npos || end + 1 == normal.size()) return std::nullopt;
    path.host = normal.substr(2, end - 2);
    normal.erase(0, end + 1);
  }
  path.name_space = normal;
  return path;
}

std::optional<ObjectPath> ParseObjectPath(std::wstring_view text) {
  ObjectPath path;
  // A colon that is not part of a key value ends the namespace.
  const size_t colon = text.substr(0, text.find_first_of(L"\"'=")).find(L':');
  if (colon != std::wstring_view::npos) {
    const auto place = ParseNamespacePath(text.substr(0, colon));
    if (!place || place->name_space.empty()) return std::nullopt;
    path.host = place->host;
    path.name_space = place->name_space;
    text.remove_prefix(colon + 1);
  }
  Reader reader(text);
  if (!reader.ReadName(&path.class_name)) return std::nullopt;
  if (!reader.AtEnd() && (!ReadKeys(&reader, &path) || !reader.AtEnd())) return std::nullopt;
  return path;
}

}  // namespace simulator
