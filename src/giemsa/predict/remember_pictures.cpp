#include "giemsa/predict/remember_pictures.h"

#include <algorithm>

#include "giemsa/core/random.h"
#include "giemsa/graph/cut.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/predict/shown_picture.h"

namespace giemsa {
namespace {

/// Enough behind the cut to learn another laboratory's cells by, with values that stay small.
constexpr double kShareBehind = 0.5;

/// A seeded choice of at most `per_class` records of each class, class by class.
std::vector<std::size_t> choose(const Source& source, const Split& split, std::span<const int> match,
                                std::size_t classes, std::size_t per_class) {
  std::vector<std::vector<std::size_t>> of_class(classes);
  for (const std::size_t record : split.members(Part::Train)) {
    const int label = source.records()[record].label;
    const int known = label < 0 ? -1 : match[static_cast<std::size_t>(label)];
    if (known >= 0) of_class[static_cast<std::size_t>(known)].push_back(record);
  }
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < classes; ++k) {
    Random({fnv1a("memory"), k}).shuffle(std::span(of_class[k]));
    of_class[k].resize(std::min(per_class, of_class[k].size()));
    chosen.insert(chosen.end(), of_class[k].begin(), of_class[k].end());
  }
  return chosen;
}

}  // namespace

NodeId memory_cut(const Graph& graph) { return smallest_cut(graph, kShareBehind); }

ReplayMemory remember_pictures(const Model& model, const Source& source, const Split& split,
                               std::span<const int> match, std::size_t per_class, int threads,
                               const ProgressCallback& progress) {
  if (per_class == 0 || model.is_ensemble()) return {};
  const Graph graph = model.graph();
  const NodeId cut = memory_cut(graph);
  const Shape shape = graph.nodes[cut].shape;
  const auto size = static_cast<std::size_t>(shape.size());
  const std::size_t affordable = kMemoryBudgetBytes / size / model.classes.size();
  const auto chosen = choose(source, split, match, model.classes.size(), std::min(per_class, affordable));
  const NativeExecutor trunk(graph, model.weights, cut);
  std::vector<float> values(chosen.size() * size);
  const PictureList list{chosen.size(), [&](std::size_t i) { return source.load(chosen[i]); },
                         [&](std::size_t i) { return source.records()[chosen[i]].id; }};
  const ReadPictures read =
      for_each_picture(list, threads, progress, [&](std::size_t i, const Image& picture) {
        const std::vector<float> pixels = shown_picture(picture, model.preprocess, model.viewing);
        trunk.run(pixels, 1, 1, std::span(values).subspan(i * size, size));
      });
  std::vector<int> labels;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!read.readable[i]) continue;
    std::copy_n(values.data() + i * size, size, values.data() + labels.size() * size);
    labels.push_back(match[static_cast<std::size_t>(source.records()[chosen[i]].label)]);
  }
  if (labels.empty()) return {};
  values.resize(labels.size() * size);
  return remember(graph.nodes[cut].name, shape, values, std::move(labels));
}

}  // namespace giemsa
