#include "giemsa/duplicates/symmetry.h"

namespace giemsa {

std::string_view symmetry_name(Symmetry symmetry) {
  constexpr std::array<std::string_view, kSymmetryCount> kNames{"none",
                                                                "flip_horizontal",
                                                                "flip_vertical",
                                                                "half_turn",
                                                                "transpose",
                                                                "quarter_turn_clockwise",
                                                                "quarter_turn_counterclockwise",
                                                                "antitranspose"};
  return kNames[static_cast<std::size_t>(symmetry)];
}

}  // namespace giemsa
