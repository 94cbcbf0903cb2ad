#include "giemsa/serve/samples.h"

#include <fmt/format.h>

#include <array>

#include "giemsa/image/codec.h"
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

std::optional<std::size_t> find_sample(std::string_view file) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (file == fmt::format("{}.png", kCellClassNames[i])) return i;
  }
  return {};
}

const std::string* Samples::drawn(std::size_t which) const {
  const Sample& sample = samples_.at(which);
  return sample.is_drawn ? &sample.png : nullptr;
}

void Samples::draw(std::size_t which) {
  Sample& sample = samples_.at(which);
  std::call_once(sample.once, [&] {
    Random random({kSeed, fnv1a("sample"), fnv1a(kCellClassNames[which])});
    const Bytes png = encode_png(draw_cell(static_cast<CellClass>(which), kSidePx, random));
    sample.png.assign(png.begin(), png.end());
    sample.is_drawn = true;
  });
}

Reply sample_reply(const std::string& png) {
  return {.content_type = "image/png", .body = png, .headers = {{"Cache-Control", "no-cache"}}};
}

}  // namespace giemsa
