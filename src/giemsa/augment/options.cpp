#include "giemsa/augment/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "giemsa/augment/policies.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

const std::vector<std::string>& schemes() {
  static const std::vector<std::string> names{"each", "randaugment", "trivialaugment", "augmix"};
  return names;
}
const std::vector<std::string>& fills() {
  static const std::vector<std::string> names{"mean", "black", "noise"};
  return names;
}
std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const Policy& policy : policies()) names.emplace_back(policy.name);
  return names;
}

/// A setting beside the row that bounds it.
struct BoundSetting {
  const Operation& row;
  OperationSetting& setting;
};

void describe(OptionVisitor& visit, BoundSetting& bound) {
  const Operation& row = bound.row;
  visit.field("probability", bound.setting.probability, {.doc = row.meaning, .min = 0, .max = 1});
  if (row.draw == Draw::None) return;
  visit.field("from", bound.setting.from,
              {.doc = "Least number.", .unit = row.unit, .min = row.min, .max = row.max});
  visit.field("to", bound.setting.to,
              {.doc = "Largest number.", .unit = row.unit, .min = row.min, .max = row.max});
}

// These run for every picture: words are put together only where something is wrong.

void check_word(std::string_view name, const std::string& word, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return;
  throw Error(ErrorKind::Usage, fmt::format("[augment] there is no {} '{}'", name, word),
              suggest(word, known));
}

void check_range(std::string_view name, double value, double min, double max) {
  if (value >= min && value <= max) return;  // NaN is not
  throw Error(ErrorKind::Usage,
              fmt::format("[augment] {} is {}; {} to {} is expected", name, value, min, max));
}

void check_operation(const Operation& row, const OperationSetting& setting) {
  const auto& [probability, from, to] = setting;
  const bool whole = row.draw != Draw::Whole || (std::trunc(from) == from && std::trunc(to) == to);
  if (probability >= 0 && probability <= 1 && from >= row.min && from <= to && to <= row.max && whole) return;
  check_range(fmt::format("{}.probability", row.name), probability, 0, 1);
  check_range(fmt::format("{}.from", row.name), from, row.min, row.max);
  check_range(fmt::format("{}.to", row.name), to, row.min, row.max);
  require(whole, ErrorKind::Usage,
          fmt::format("[augment] {} is from {} to {}; whole numbers are expected", row.name, from, to));
  throw Error(ErrorKind::Usage,
              fmt::format("[augment] {}.from is {} and lies above {}.to, {}", row.name, from, row.name, to),
              fmt::format("--set augment.{}.from={} --set augment.{}.to={}", row.name, to, row.name, from));
}

}  // namespace

AugmentOptions::AugmentOptions() {
  for (const Operation& row : operations()) (*this)[row.id] = row.setting;
}

void describe(OptionVisitor& visit, RandAugmentOptions& o) {
  visit.field("count", o.count,
              {.doc = "Operations that RandAugment draws for a picture.", .min = 1, .max = 14});
  visit.field("magnitude", o.magnitude, {.doc = "How strong they are.", .min = 0, .max = 30});
}

void describe(OptionVisitor& visit, AugMixOptions& o) {
  visit.field("severity", o.severity,
              {.doc = "Largest level of an operation of AugMix.", .min = 0.1, .max = 10});
  visit.field("width", o.width, {.doc = "Chains that are mixed.", .min = 1, .max = 16});
  visit.field("depth", o.depth, {.doc = "Operations of a chain; 0: one to three.", .min = 0, .max = 16});
  visit.field("alpha", o.alpha,
              {.doc = "Of the Dirichlet weights of the chains, and of the Beta share of their mix.",
               .min = 0.01,
               .max = 100});
}

void describe(OptionVisitor& visit, AugmentOptions& o) {
  std::string policy = o.policy;
  visit.field("policy", policy,
              {.doc = "The policy that all keys of [augment] start from; `giemsa augment --list` tells what "
                      "each does.",
               .choices = policy_names()});
  if (policy != o.policy) o = find_policy(policy);
  visit.field(
      "scheme", o.scheme,
      {.doc = "Operations drawn beside those below: none (each), or as RandAugment, TrivialAugmentWide "
              "or AugMix do.",
       .choices = schemes()});
  visit.field("fill", o.fill,
              {.doc = "What erased pixels become: the mean colour (0 when normalised), black, or noise.",
               .choices = fills()});
  visit.field("light_share", o.light_share,
              {.doc = "Share of the views that are drawn by the policy light instead: beside strong changes, "
                      "so that training also sees pictures nearly as they are.",
               .min = 0,
               .max = 1});
  visit.group("randaugment", o.randaugment);
  visit.group("augmix", o.augmix);
  for (const Operation& row : operations()) {
    BoundSetting bound{row, o[row.id]};
    visit.group(row.name, bound);
  }
}

void check(const AugmentOptions& o) {
  check_word("scheme", o.scheme, schemes());
  check_word("fill", o.fill, fills());
  check_range("light_share", o.light_share, 0, 1);
  check_range("randaugment.count", static_cast<double>(o.randaugment.count), 1, 14);
  check_range("randaugment.magnitude", static_cast<double>(o.randaugment.magnitude), 0, 30);
  check_range("augmix.severity", o.augmix.severity, 0.1, 10);
  check_range("augmix.width", static_cast<double>(o.augmix.width), 1, 16);
  check_range("augmix.depth", static_cast<double>(o.augmix.depth), 0, 16);
  check_range("augmix.alpha", o.augmix.alpha, 0.01, 100);
  for (const Operation& row : operations()) check_operation(row, o[row.id]);
}

}  // namespace giemsa
