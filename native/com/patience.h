// How long one IEnumWbemClassObject::Next may wait before the loop around it looks whether anybody still
// wants the answer: a quarter of a second at first, then twice as long each time. What is quiet for long
// costs few wake-ups, and to another host few round trips; what is given up soon is let go soon.
#pragma once

#include <algorithm>
#include <atomic>

namespace hje {

class Patience {
 public:
  // In milliseconds, at most `limit`.
  long Next(long limit = kLongest) {
    const long wait = next_;
    next_ = (std::min)(2 * wait, kLongest);
    return (std::min)(wait, limit);
  }

 private:
  static constexpr long kShortest = 250;
  static constexpr long kLongest = 10'000;
  std::atomic<long> next_{kShortest};
};

}  // namespace hje
