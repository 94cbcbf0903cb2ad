#include "giemsa/inspect/class_summary.h"

#include <algorithm>

namespace giemsa {

std::vector<ClassSummary> class_summaries(const Inspection& inspection) {
  const std::size_t classes = inspection.classes.size();
  std::vector<ClassSummary> figures(classes + 1);
  std::vector<std::vector<float>> sharpness(classes + 1);
  for (std::size_t k = 0; k < classes; ++k) figures[k].name = inspection.classes[k];
  for (std::size_t i = 0; i < inspection.pictures.size(); ++i) {
    const int label = inspection.labels[i];
    const std::size_t k = label < 0 ? classes : static_cast<std::size_t>(label);
    const PictureFacts& facts = inspection.pictures[i];
    if (facts.broken) {
      ++figures[k].broken;
      continue;
    }
    ++figures[k].pictures;
    for (std::size_t c = 0; c < 3; ++c) figures[k].mean_rgb[c] += facts.statistics.mean_rgb[c];
    figures[k].luma += facts.statistics.luma_mean;
    sharpness[k].push_back(facts.statistics.sharpness);
  }
  for (std::size_t k = 0; k <= classes; ++k) {
    if (sharpness[k].empty()) continue;
    const auto count = static_cast<double>(sharpness[k].size());
    for (double& mean : figures[k].mean_rgb) mean /= count;
    figures[k].luma /= count;
    const auto middle = sharpness[k].begin() + static_cast<std::ptrdiff_t>(sharpness[k].size() / 2);
    std::ranges::nth_element(sharpness[k], middle);
    figures[k].sharpness = *middle;
  }
  if (figures.back().pictures + figures.back().broken == 0) figures.pop_back();
  return figures;
}

std::map<std::pair<int, int>, std::size_t> picture_sizes(const Inspection& inspection) {
  std::map<std::pair<int, int>, std::size_t> sizes;
  for (const PictureFacts& facts : inspection.pictures) {
    if (!facts.broken) ++sizes[{facts.width, facts.height}];
  }
  return sizes;
}

std::map<std::string, std::size_t> picture_formats(const Inspection& inspection) {
  std::map<std::string, std::size_t> formats;
  for (const PictureFacts& facts : inspection.pictures) {
    if (!facts.broken)
      ++formats[facts.format == ImageFormat::Unknown ? "array" : std::string(format_name(facts.format))];
  }
  return formats;
}

}  // namespace giemsa
