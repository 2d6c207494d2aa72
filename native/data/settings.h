// Where a session connects to, and as whom.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hje {

// A secret in UTF-16. Its memory never moves and is overwritten before it is freed.
class Secret {
 public:
  explicit Secret(size_t length) : text_(length + 1) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() {
    // Through volatile: the compiler would leave out writes that nobody reads.
    for (volatile char16_t& unit : text_) unit = 0;
  }
  // Room for all units and a NUL.
  char16_t* data() { return text_.data(); }
  std::u16string_view text() const { return {text_.data(), text_.size() - 1}; }

 private:
  std::vector<char16_t> text_;
};

// Immutable once the session is created; shared by every connection of the session.
struct ConnectionSettings {
  std::optional<std::u16string> host;
  std::u16string name_space;
  std::optional<std::u16string> user;
  std::unique_ptr<Secret> password;
  std::optional<std::u16string> authority;
  std::optional<std::u16string> locale;
};

}  // namespace hje
