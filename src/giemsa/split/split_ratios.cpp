#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/split/split.h"

namespace giemsa {

SplitRatios parse_ratios(const std::string& text) {
  const auto fail = [&] {
    throw Error(
        ErrorKind::Usage,
        fmt::format("[split] ratios '{}'; positive numbers such as 81/9/10 or 80/20 are expected", text));
  };
  std::vector<double> values;
  for (const auto& word : split_text(text, '/')) {
    double value = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value) || value <= 0) fail();
    values.push_back(value);
  }
  if (values.size() != 2 && values.size() != 3) fail();
  return {values[0], values[1], values.size() == 3 ? values[2] : 0};
}

std::array<double, 3> shares_of(const SplitRatios& ratios) {
  const double sum = ratios.train + ratios.val + ratios.test;
  require(ratios.train > 0 && ratios.val > 0 && ratios.test >= 0 && std::isfinite(sum), ErrorKind::Usage,
          fmt::format("[split] shares {}/{}/{}; train and val must be positive, test not negative",
                      ratios.train, ratios.val, ratios.test));
  return {ratios.train / sum, ratios.val / sum, ratios.test / sum};
}

}  // namespace giemsa
