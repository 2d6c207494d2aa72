#include "embedded_message.h"

namespace simulator {
namespace {

std::wstring Unescape(std::wstring_view text) {
  struct Entity {
    std::wstring_view name;
    wchar_t unit;
  };
  constexpr Entity kEntities[] = {
      {L"&lt;", L'<'}, {L"&gt;", L'>'}, {L"&quot;", L'"'}, {L"&apos;", L'\''}, {L"&amp;", L'&'}};
  std::wstring plain;
  while (!text.empty()) {
    wchar_t unit = text[0];
    size_t length = 1;
    for (const Entity& entity : kEntities) {
      if (text.substr(0, entity.name.size()) != entity.name) continue;
      unit = entity.unit;
      length = entity.name.size();
    }
    plain += unit;
    text.remove_prefix(length);
  }
  return plain;
}

}  // namespace

std::optional<std::wstring> FindMessage(std::wstring_view cim_xml) {
  constexpr std::wstring_view kName = L"NAME=\"Message\"", kOpen = L"<VALUE>", kClose = L"</VALUE>";
  const size_t name = cim_xml.find(kName);
  if (name == std::wstring_view::npos) return std::nullopt;
  // A NULL message has no VALUE before the property ends.
  const size_t end = cim_xml.find(L"</PROPERTY>", name);
  const size_t open = cim_xml.find(kOpen, name);
  if (open == std::wstring_view::npos || open > end) return std::nullopt;
  const size_t start = open + kOpen.size();
  const size_t close = cim_xml.find(kClose, start);
  if (close == std::wstring_view::npos) return std::nullopt;
  return Unescape(cim_xml.substr(start, close - start));
}

}  // namespace simulator
