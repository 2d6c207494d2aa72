// Finds the message in a CIM-XML text, for FormatError alone: a text search, no parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace simulator {

// The value of the property `Message`, unescaped; none when the text has none.
std::optional<std::wstring> FindMessage(std::wstring_view cim_xml);

}  // namespace simulator
