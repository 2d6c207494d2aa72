// The shapes in which a scenario can have `Errors` arrive, most of them against GetErrorEx's contract.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job.h"

namespace simulator {

// Fills in the answer's form and values. False for an unknown shape.
bool ShapeErrors(std::wstring_view shape, const std::vector<std::optional<std::wstring>>& texts,
                 Answer* answer);

}  // namespace simulator
