#include "giemsa/anomalies/quality.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/duplicates/duplicates.h"
#include "giemsa/stats/robust_bulk.h"

namespace giemsa {
namespace {

constexpr std::size_t kFewestForBlur = 20;

/// Up to this range there is nothing to see, whatever the light.
constexpr double kPlainRange = 3;

/// Sharpness below this is blurred; -1 when the set is too small to say.
double blur_threshold(std::span<const PictureFacts> pictures, double deviations) {
  std::vector<double> sharpness;
  for (const std::size_t record : distinct_pictures(pictures)) {
    if (pictures[record].statistics.sharpness > 0) sharpness.push_back(pictures[record].statistics.sharpness);
  }
  return sharpness.size() < kFewestForBlur ? -1 : bulk_of(sharpness).distance_at(-deviations);
}

}  // namespace

void describe(OptionVisitor& visit, QualityOptions& o) {
  visit.field("constant_range", o.constant_range,
              {.doc = "Largest range of luma of a constant picture.", .min = 0, .max = 255});
  visit.field("dark_below", o.dark_below, {.doc = "Mean luma of a dark picture.", .min = 0, .max = 255});
  visit.field("bright_above", o.bright_above,
              {.doc = "Mean luma of a bright picture.", .min = 0, .max = 255});
  visit.field(
      "min_entropy_bits", o.min_entropy_bits,
      {.doc = "Entropy of luma below which a picture says little.", .unit = "bits", .min = 0, .max = 8});
  visit.field("blur_deviations", o.blur_deviations,
              {.doc = "How far below the set's median sharpness a blurred picture lies, in robust standard "
                      "deviations of its logarithm.",
               .min = 0});
}

std::vector<QualityFault> find_quality_faults(std::span<const PictureFacts> pictures,
                                              const QualityOptions& options) {
  const double blurred_below = blur_threshold(pictures, options.blur_deviations);
  std::vector<QualityFault> faults;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (pictures[i].broken) continue;
    const PictureStatistics& s = pictures[i].statistics;
    const auto found = [&](const char* reason, std::string evidence) {
      faults.push_back({i, reason, std::move(evidence)});
    };
    const bool constant = s.luma_range <= options.constant_range;
    const bool lit = s.luma_mean >= options.dark_below && s.luma_mean <= options.bright_above;
    if (constant && (lit || s.luma_range <= kPlainRange)) {
      found("constant", fmt::format("luma ranges over {:.0f} of 255 levels", s.luma_range));
    } else if (s.luma_mean < options.dark_below) {
      found("dark", fmt::format("mean luma {:.1f}; below {}", s.luma_mean, options.dark_below));
    } else if (s.luma_mean > options.bright_above) {
      found("bright", fmt::format("mean luma {:.1f}; above {}", s.luma_mean, options.bright_above));
    } else if (s.entropy_bits < options.min_entropy_bits) {
      found("low_information",
            fmt::format("entropy of luma {:.2f} bits; below {}", s.entropy_bits, options.min_entropy_bits));
    } else if (s.sharpness < blurred_below) {
      found("blurred", fmt::format("sharpness {:.2f}; below {:.2f}, far under the set's median", s.sharpness,
                                   blurred_below));
    }
  }
  return faults;
}

}  // namespace giemsa
