#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "giemsa/augment/operations.h"
#include "giemsa/core/options.h"

namespace giemsa {

/// What RandAugment draws (Cubuk et al. 2019, arXiv 1909.13719).
struct RandAugmentOptions {
  std::int64_t count = 2;      ///< operations, one after the other
  std::int64_t magnitude = 9;  ///< of 0 … 30
};

/// What AugMix draws (Hendrycks et al. 2019, arXiv 1912.02781).
struct AugMixOptions {
  double severity = 3;     ///< levels are drawn from [0.1, severity], of 10
  std::int64_t width = 3;  ///< chains
  std::int64_t depth = 0;  ///< operations of a chain; 0: one to three
  double alpha = 1;        ///< of the Dirichlet weights of the chains, and of the Beta share of their mix
};

/// How training pictures may change: every operation of the table with its probability and range, and one
/// scheme that draws operations by itself. A policy (policies.h) sets all of them; the default is "light".
///
///     AugmentOptions options = find_policy("none");
///     options[OperationId::Rotate] = {.probability = 1, .from = -30, .to = 30};
struct AugmentOptions {
  AugmentOptions();

  std::string policy = "light";  ///< the name under which the rest was set
  std::string scheme = "each";   ///< each, randaugment, trivialaugment, augmix
  std::string fill = "mean";     ///< of erased pixels: mean, black, noise
  double light_share = 0;        ///< of the views, that are drawn by the policy light instead
  RandAugmentOptions randaugment;
  AugMixOptions augmix;

  OperationSetting& operator[](OperationId id) { return settings[static_cast<std::size_t>(id)]; }
  const OperationSetting& operator[](OperationId id) const { return settings[static_cast<std::size_t>(id)]; }

  std::array<OperationSetting, kOperationCount> settings;  ///< in the order of operations()
};

/// `policy` comes first: another name than the present one replaces all options by those of that policy, and
/// the keys behind it change them. Operations are tables: [rotate] probability, from, to.
void describe(OptionVisitor& visit, AugmentOptions& options);
void describe(OptionVisitor& visit, RandAugmentOptions& options);
void describe(OptionVisitor& visit, AugMixOptions& options);

/// Throws Usage, naming operation and value: a probability outside [0, 1], a number outside its bounds, a
/// range whose `from` lies above its `to`, an unknown scheme or fill.
void check(const AugmentOptions& options);

}  // namespace giemsa
