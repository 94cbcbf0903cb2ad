#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "giemsa/core/csv.h"
#include "giemsa/core/random.h"
#include "giemsa/tune/space.h"

namespace giemsa {
namespace {

/// Rounded to four digits, which a person can read, but not out of the range.
std::string rounded(double value, double low, double high) {
  const std::string text = fmt::format("{:.3e}", value);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return shortest(std::clamp(value, low, high));
}

std::string draw(const SpaceEntry& entry, Random random) {
  switch (entry.kind) {
    case SpaceEntry::Kind::Uniform:
      return rounded(random.uniform(entry.low, entry.high), entry.low, entry.high);
    case SpaceEntry::Kind::Log:
      return rounded(std::exp(random.uniform(std::log(entry.low), std::log(entry.high))), entry.low,
                     entry.high);
    case SpaceEntry::Kind::Integer: {
      const auto low = static_cast<std::int64_t>(entry.low), high = static_cast<std::int64_t>(entry.high);
      const auto steps = static_cast<std::uint64_t>((high - low) / entry.step);
      return std::to_string(low + static_cast<std::int64_t>(random.below(steps + 1)) * entry.step);
    }
    case SpaceEntry::Kind::Choice:
      return entry.choices[random.below(entry.choices.size())];
  }
  return {};
}

}  // namespace

std::vector<std::string> sample(const Space& space, std::uint64_t seed, std::uint64_t trial) {
  std::vector<std::string> values;
  for (const SpaceEntry& entry : space) {
    values.push_back(trial == 0 ? entry.own
                                : draw(entry, Random({seed, fnv1a("search"), trial, fnv1a(entry.key)})));
  }
  return values;
}

std::vector<std::string> settings_of(const Space& space, std::uint64_t trial,
                                     const std::vector<std::string>& values) {
  std::vector<std::string> settings;
  if (trial == 0) return settings;
  for (std::size_t k = 0; k < space.size(); ++k) {
    for (const std::string& option : space[k].options) {
      settings.push_back(fmt::format("{}={}", option, values[k]));
    }
  }
  return settings;
}

}  // namespace giemsa
