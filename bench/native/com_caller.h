// The least that GetErrorEx takes in C++: the floor under every way of calling it from JavaScript.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "com/com_raii.h"

namespace bench {

// The strings of `Errors`; no value when it is NULL. A NULL element has no value either.
using Texts = std::optional<std::vector<std::optional<std::u16string>>>;

// A connection to root\virtualization\v2 and the calling thread's membership of the MTA. Belongs to one
// thread.
class ComCaller {
 public:
  // Throws std::runtime_error, as GetErrorEx does.
  ComCaller();

  // ExecMethod, Get of both out-parameters, a copy of the strings.
  Texts GetErrorEx(const std::u16string& path);

 private:
  hje::MtaApartment apartment_;  // declared first, so that the proxy is released inside it
  hje::ComPtr<IWbemServices> services_;
};

}  // namespace bench
