#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/descriptors/picture_facts.h"

namespace giemsa {

/// When light, colour or sharpness of a picture are worth a finding.
struct QualityOptions {
  double constant_range = 12;  ///< luma, 0…255
  double dark_below = 40;      ///< mean luma
  double bright_above = 245;   ///< mean luma
  double min_entropy_bits = 2.5;
  double blur_deviations = 5;  ///< robust standard deviations below the median of the set
};
void describe(OptionVisitor& visit, QualityOptions& options);

/// What is wrong with the light or the sharpness of one picture.
struct QualityFault {
  std::size_t record = 0;
  std::string_view
      reason;  ///< "constant", "dark", "bright", "low_information" or "blurred": the first that holds
  std::string evidence;
};

/// By record. Dark or bright pictures are called so unless nothing at all is on them (three levels of luma).
/// Blur is judged against the other pictures: the logarithm of sharpness against its bulk over the different
/// ones (robust_bulk.h); sets of fewer than 20 different pictures have no blurred ones. Broken pictures are
/// passed over.
std::vector<QualityFault> find_quality_faults(std::span<const PictureFacts> pictures,
                                              const QualityOptions& options);

}  // namespace giemsa
