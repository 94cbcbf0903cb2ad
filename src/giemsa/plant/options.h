#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace giemsa {

/// One picture that is no cell, filed again and again.
struct Repeat {
  std::int64_t count = 0;
  std::string class_name = {};  ///< where all of them go; "": evenly over all classes
};

/// "1600,200:monocyte": one picture 1,600 times over all classes and another 200 times among the monocytes.
/// "0" and "" give none. Throws Usage on anything else.
std::vector<Repeat> parse_repeats(const std::string& text);

/// What is planted into a copy of a clean data set. The defaults are the faults of the reports' data.
struct PlantOptions {
  std::uint64_t seed = 1;
  std::int64_t cells = 0;  ///< cells of the source to take, the same share of every class; 0: all
  std::vector<Repeat> repeats{{.count = 1600}, {.count = 200}};
  std::int64_t exact_copies = 8;       ///< every second one with another label
  std::int64_t near_duplicates = 300;  ///< changed copies with the label of their original
  std::int64_t non_cells = 100;
  double flips_frac = 0.02;  ///< share of the cells that get another label
  std::int64_t corrupt = 20;
  std::filesystem::path photos = {};  ///< a folder of photographs for non-cells; "": only drawn ones
  std::int64_t size_px = 0;           ///< side of the squares to which everything is resized; 0: as stored
  int threads = 0;                    ///< 0: one per processor; does not change the copy
};

}  // namespace giemsa
