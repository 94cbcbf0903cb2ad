// MedMNIST-C: F. Di Salvo, S. Doerrich, C. Ledig, "MedMNIST-C: Comprehensive benchmark and improved
// classifier robustness by simulating realistic image corruptions", arXiv 2406.17536. The corruptions and
// magnitudes of its registry for BloodMNIST (medmnistc-api, version of 2024), most of them after D.
// Hendrycks, T. Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations",
// ICLR 2019. Where we depart from it stands at the head of each file.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/corrupt/blur.h"
#include "giemsa/corrupt/compression.h"
#include "giemsa/corrupt/corruption.h"
#include "giemsa/corrupt/light.h"
#include "giemsa/corrupt/overlay.h"

namespace giemsa {
namespace {

constexpr std::string_view kMedMnistC = "MedMNIST-C, bloodmnist";
constexpr std::string_view kMedMnistCSizesOurs = "MedMNIST-C, bloodmnist (numbers); giemsa (sizes)";

constexpr Corruption kCorruptions[] = {
    {"pixelate",
     "Averaged to fewer, larger pixels.",
     "share of the side that is left",
     kMedMnistC,
     {{{0.6}, {0.5}, {0.4}, {0.3}, {0.25}}},
     1,
     pixelate},
    {"jpeg_compression",
     "Saved as a JPEG of low quality.",
     "quality",
     kMedMnistC,
     {{{50}, {30}, {15}, {10}, {7}}},
     1,
     jpeg_compression},
    {"defocus_blur",
     "Out of focus: every point becomes a disc.",
     "radius in px",
     kMedMnistC,
     {{{2}, {3}, {4}, {5}, {6}}},
     1,
     defocus_blur},
    {"motion_blur",
     "Moved while it was taken, at -45° to 45°.",
     "radius in px, sigma in px",
     kMedMnistC,
     {{{3, 3}, {5, 5}, {10, 5}, {10, 7}, {10, 9}}},
     2,
     motion_blur},
    {"brightness_up",
     "More light.",
     "factor",
     kMedMnistC,
     {{{1.1}, {1.2}, {1.3}, {1.35}, {1.4}}},
     1,
     change_brightness},
    {"brightness_down",
     "Less light.",
     "factor",
     kMedMnistC,
     {{{0.9}, {0.8}, {0.7}, {0.6}, {0.5}}},
     1,
     change_brightness},
    {"contrast_up",
     "Stretched about the mean grey.",
     "factor",
     kMedMnistC,
     {{{1.1}, {1.15}, {1.2}, {1.25}, {1.3}}},
     1,
     change_contrast},
    {"contrast_down",
     "Drawn in towards the mean grey.",
     "factor",
     kMedMnistC,
     {{{0.9}, {0.8}, {0.7}, {0.6}, {0.5}}},
     1,
     change_contrast},
    {"saturate",
     "Stained too strongly: saturation added in HSV.",
     "saturation added",
     kMedMnistC,
     {{{0.05}, {0.10}, {0.15}, {0.17}, {0.20}}},
     1,
     saturate},
    {"stain_deposit",
     "Dark grains of precipitated stain.",
     "most grains, radius in px",
     kMedMnistCSizesOurs,
     {{{1, 9}, {2, 10}, {3, 11}, {3, 13}, {3, 15}}},
     2,
     stain_deposit},
    {"bubble",
     "Bubbles of air under the cover slip: 7 or more.",
     "largest radius in px, most bubbles",
     kMedMnistC,
     {{{5, 10}, {7, 10}, {10, 10}, {12, 12}, {15, 12}}},
     2,
     bubble},
};

}  // namespace

std::span<const Corruption> corruptions() { return kCorruptions; }

const Corruption& find_corruption(std::string_view name) {
  std::vector<std::string> names;
  for (const Corruption& corruption : kCorruptions) {
    if (corruption.name == name) return corruption;
    names.emplace_back(corruption.name);
  }
  throw Error(ErrorKind::Usage, fmt::format("[corrupt] there is no corruption '{}'", printable(name)),
              suggest(name, names));
}

Random corruption_stream(std::uint64_t seed, std::string_view corruption, int severity,
                         std::string_view record_id) {
  return Random(
      {seed, fnv1a("corrupt"), fnv1a(corruption), static_cast<std::uint64_t>(severity), fnv1a(record_id)});
}

Image corrupt(ImageView picture, const Corruption& corruption, int severity, Random& random) {
  require(severity >= 1 && severity <= kSeverities, ErrorKind::Usage,
          fmt::format("[corrupt] severity is {}; expected 1 to {}", severity, kSeverities));
  return corruption.apply(picture, corruption.magnitudes[static_cast<std::size_t>(severity - 1)], random);
}

}  // namespace giemsa
