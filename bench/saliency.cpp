// How well saliency tells where a classifier looks, on drawn cells whose outlines are known:
//   bench_saliency MODEL [CELLS_PER_CLASS]
// For each method: the share of the saliency that lies on the cell (and per class); confidence and evidence
// when the cell is painted over with clear ground; and how like the maps of the model are to those of the
// same network with weights made random from the last layer on (Adebayo et al., arXiv 1810.03292).

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <numeric>

#include "giemsa/augment/stain.h"
#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/explain/explain.h"
#include "giemsa/explain/taps.h"
#include "giemsa/infer/gradient_executor.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa {
namespace {

constexpr int kSidePx = 96;

struct DrawnCell {
  SyntheticCell cell;
  Image without;  ///< the cell painted over with the clear ground
};

DrawnCell draw(CellClass kind, std::uint64_t number) {
  Random random({20, fnv1a("bench_saliency"), static_cast<std::uint64_t>(kind), number});
  DrawnCell drawn{draw_cell_with_masks(kind, kSidePx, random), {}};
  drawn.without = drawn.cell.image;
  const std::array<double, 3> ground = clear_ground(drawn.cell.image);
  constexpr int kRimPx = 2;  // the camera blurs the outline
  for (int y = 0; y < kSidePx; ++y) {
    for (int x = 0; x < kSidePx; ++x) {
      bool near = false;
      for (int v = std::max(0, y - kRimPx); v <= std::min(kSidePx - 1, y + kRimPx); ++v)
        for (int u = std::max(0, x - kRimPx); u <= std::min(kSidePx - 1, x + kRimPx); ++u)
          near |= drawn.cell.cell_mask[static_cast<std::size_t>(v * kSidePx + u)] != 0;
      if (!near) continue;
      for (int c = 0; c < 3; ++c)
        drawn.without.row(y)[3 * x + c] = static_cast<std::uint8_t>(std::lround(ground[c]));
    }
  }
  return drawn;
}

/// The share of the saliency on the cell. The model sees the whole picture.
double share_on_cell(const Explanation& seen, const SyntheticCell& cell) {
  double on = 0, all = 0;
  for (std::int64_t y = 0; y < seen.side_px; ++y) {
    for (std::int64_t x = 0; x < seen.side_px; ++x) {
      const std::int64_t v = (2 * y + 1) * kSidePx / (2 * seen.side_px),
                         u = (2 * x + 1) * kSidePx / (2 * seen.side_px);
      const double value = seen.saliency[static_cast<std::size_t>(y * seen.side_px + x)];
      all += value;
      if (cell.cell_mask[static_cast<std::size_t>(v * kSidePx + u)]) on += value;
    }
  }
  return all > 0 ? on / all : 0;
}

std::vector<double> ranks(const std::vector<float>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> rank(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (std::size_t k = i; k < end; ++k) rank[order[k]] = static_cast<double>(i + end - 1) / 2;
    i = end;
  }
  return rank;
}

/// Spearman's.
double rank_correlation(const std::vector<float>& a, const std::vector<float>& b) {
  const std::vector<double> x = ranks(a), y = ranks(b);
  const double mean = static_cast<double>(x.size() - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// The model with the values of its last `share` of weights (one at least) in random order: their sizes stay.
Model shuffled(const Model& model, double share) {
  Model result = model;
  const Graph graph = model.graph();
  std::vector<Param> weights;
  std::ranges::copy_if(graph.params, std::back_inserter(weights),
                       [](const Param& param) { return param.kind == ParamKind::Weight; });
  const long count = std::max(1L, std::lround(share * static_cast<double>(weights.size())));
  weights.erase(weights.begin(), weights.end() - count);
  for (const Param& param : weights) {
    HostTensor& tensor = result.weights.at(param.name);
    std::vector<float> values(tensor.values().begin(), tensor.values().end());
    Random random({5, fnv1a("shuffle"), fnv1a(param.name)});
    random.shuffle(std::span(values));
    tensor =
        HostTensor::make(param.shape, [&](std::span<float> out) { std::ranges::copy(values, out.begin()); });
  }
  return result;
}

double cpu_ms() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void print_cost(const Model& model) {
  const Graph graph = model.graph();
  const NativeExecutor forward(graph, model.weights);
  std::vector<float> image(static_cast<std::size_t>(graph.input_shape().size()), 0.1f);
  std::vector<float> logits(static_cast<std::size_t>(graph.output_shape().size()));
  constexpr int kRuns = 100, kRounds = 7;
  for (const NodeId tap : stage_ends(graph)) {
    const GradientExecutor gradient(graph, model.weights, {&tap, 1});
    std::vector<double> ratios;  // in turn, so that other work on the machine meets both
    for (int round = 0; round < kRounds; ++round) {
      const double start = cpu_ms();
      for (int i = 0; i < kRuns; ++i) forward.run(image, 1, 1, logits);
      const double middle = cpu_ms();
      for (int i = 0; i < kRuns; ++i) gradient.run(image);
      ratios.push_back((cpu_ms() - middle) / (middle - start));
    }
    std::ranges::sort(ratios);
    fmt::print("gradient to {:>12} ({}): {:.2f} forward passes\n", to_string(graph.nodes[tap].shape),
               graph.nodes[tap].name, ratios[kRounds / 2]);
  }
}

void measure_place(const Explainer& explainer, const ExplainOptions& options, std::uint64_t count) {
  double on_cell = 0, probability = 0, probability_without = 0, mass = 0;
  double evidence_on_place = 0, without_on_place = 0;
  std::string classes;
  for (int kind = 0; kind < kCellClassCount; ++kind) {
    double of_class = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const DrawnCell drawn = draw(static_cast<CellClass>(kind), i);
      const Explanation seen = explainer.explain(drawn.cell.image, options);
      ExplainOptions same_class = options;
      same_class.class_index = seen.class_index;
      const Explanation without = explainer.explain(drawn.without, same_class);
      of_class += share_on_cell(seen, drawn.cell);
      probability += seen.probability;
      probability_without += without.probability;
      mass += seen.mass > 0 ? without.mass / seen.mass : 1;
      evidence_on_place += seen.mass * share_on_cell(seen, drawn.cell);
      without_on_place += without.mass * share_on_cell(without, drawn.cell);
    }
    on_cell += of_class;
    classes += fmt::format(" {} {:.2f}", kCellClassNames[static_cast<std::size_t>(kind)],
                           of_class / static_cast<double>(count));
  }
  const double n = static_cast<double>(count) * kCellClassCount;
  fmt::print("  {:.1f} % of the saliency on the cell ({} cells:{})\n", 100 * on_cell / n,
             count * kCellClassCount, classes);
  fmt::print(
      "  cell painted over: probability {:.3f} -> {:.3f}, evidence to {:.2f} of itself, on its place "
      "{:.2f}\n",
      probability / n, probability_without / n, mass / n, without_on_place / evidence_on_place);
}

void measure_random(const Model& model, const Explainer& explainer, const ExplainOptions& options,
                    std::uint64_t count) {
  for (const double share : {0.02, 0.5, 1.0}) {
    const Explainer random(shuffled(model, share));
    double correlation = 0;
    for (int kind = 0; kind < kCellClassCount; ++kind) {
      for (std::uint64_t i = 0; i < count; ++i) {
        const DrawnCell drawn = draw(static_cast<CellClass>(kind), i);
        const Explanation seen = explainer.explain(drawn.cell.image, options);
        ExplainOptions same_class = options;
        same_class.class_index = seen.class_index;
        correlation += rank_correlation(seen.saliency, random.explain(drawn.cell.image, same_class).saliency);
      }
    }
    fmt::print("  the last {:.0f} % of weights shuffled: rank correlation {:.2f}\n", 100 * share,
               correlation / (static_cast<double>(count) * kCellClassCount));
  }
}

void measure(const Model& model, std::uint64_t per_class) {
  constexpr std::uint64_t kFew = 5;  // for what is slow
  const Explainer explainer(model);
  print_cost(model);
  for (const ExplainMethod method : {ExplainMethod::Fused, ExplainMethod::LayerCam, ExplainMethod::GradCam}) {
    for (const int views : {8, 1}) {
      const ExplainOptions options{.method = method, .views = views};
      fmt::print("{}, {} views\n", explain_method_name(method), views);
      measure_place(explainer, options, per_class);
      measure_random(model, explainer, options, std::min(per_class, kFew));
    }
  }
  fmt::print("occlusion\n");
  measure_place(explainer, {.method = ExplainMethod::Occlusion}, std::min(per_class, kFew));
}

}  // namespace
}  // namespace giemsa

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "bench_saliency MODEL [CELLS_PER_CLASS]\n");
    return 2;
  }
  try {
    giemsa::measure(giemsa::read_model(argv[1]), argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20);
  } catch (const giemsa::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return giemsa::exit_code(error.kind());
  }
}
