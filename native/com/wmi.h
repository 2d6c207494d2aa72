// The way into this floor, for a file that knows no COM.
#pragma once

#include <memory>

#include "work/wmi.h"

namespace hje {

std::shared_ptr<const Wmi> MakeWmi();

}  // namespace hje
