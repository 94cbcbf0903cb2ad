#include "giemsa/serve/samples.h"

#include <fmt/format.h>

#include <array>

#include "giemsa/image/codec.h"
#include "giemsa/image/opencv_threads.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa {
namespace {

constexpr int kSidePx = 360;  // as the pictures of PBC
constexpr std::uint64_t kSeed = 1;

constexpr std::array<std::string_view, kCellClassCount> kWords{
    "a basophil",   "an eosinophil", "an erythroblast", "an immature granulocyte",
    "a lymphocyte", "a monocyte",    "a neutrophil",    "a platelet"};

}  // namespace

std::vector<SampleTitle> sample_titles() {
  std::vector<SampleTitle> titles;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    titles.push_back({.name = std::string(kCellClassNames[i]),
                      .about = fmt::format("drawn by giemsa to look like {}; not a photograph", kWords[i])});
  }
  return titles;
}

std::vector<std::string> draw_samples() {
  keep_opencv_single_threaded();
  std::vector<std::string> pictures;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    Random random({kSeed, fnv1a("sample"), fnv1a(kCellClassNames[i])});
    const Bytes png = encode_png(draw_cell(static_cast<CellClass>(i), kSidePx, random));
    pictures.emplace_back(png.begin(), png.end());
  }
  return pictures;
}

}  // namespace giemsa
