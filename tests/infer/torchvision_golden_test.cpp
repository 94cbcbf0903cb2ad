// Networks as torchvision runs them in double precision: tests/golden/make/torchvision_networks.py.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "infer/formula_weights.h"

namespace giemsa {
namespace {

using testing::formula_scale;
using testing::formula_tensor;

StateDict formula_weights(const Graph& graph) {
  StateDict weights;
  for (const Param& param : graph.params) {
    const auto fill = [&](float scale, float offset) {
      weights[param.name] = formula_tensor(param.name, param.shape, scale, offset);
    };
    switch (param.kind) {
      case ParamKind::Weight:
        fill(formula_scale(1.5, param.size() / param.shape[0]), 0);
        break;
      case ParamKind::NormScale:
      case ParamKind::RunningVar:
        fill(0.2f, 1);
        break;
      case ParamKind::LayerScale:
        fill(0.2f, 0.5f);
        break;
      case ParamKind::Bias:
      case ParamKind::NormShift:
      case ParamKind::RunningMean:
        fill(0.5f, 0);
        break;
    }
  }
  return weights;
}

class Torchvision : public ::testing::TestWithParam<const char*> {};

TEST_P(Torchvision, AgreesOnFeaturesAndLogits) {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "torchvision_outputs.json");
  const nlohmann::json outputs = nlohmann::json::parse(file).at(GetParam());
  ASSERT_EQ(outputs.size(), 2u);
  for (const auto& golden : outputs) {
    const std::int64_t input_px = golden.at("input_px");
    const Graph graph = build_model(GetParam(), {.classes = 10, .input_px = input_px});
    const Shape& map = graph.nodes[graph.features].shape;
    EXPECT_EQ((std::vector{map.channels, map.height, map.width}),
              golden.at("features_shape").get<std::vector<std::int64_t>>());
    const StateDict weights = formula_weights(graph);
    const HostTensor picture = formula_tensor("input", {input_px, input_px, 3}, 4, 0);

    std::vector<float> features(static_cast<std::size_t>(map.size())), logits(10);
    NativeExecutor(graph, weights, graph.features).run(picture.values(), 1, 1, features);
    NativeExecutor(graph, weights).run(picture.values(), 1, 1, logits);
    EXPECT_LE(testing::worst_difference(testing::strided64(features), golden.at("features_strided64")),
              1e-4 * golden.at("features_std").get<double>())
        << input_px << " px";
    const std::vector<double> expected = golden.at("logits");
    const double largest = std::max(*std::max_element(expected.begin(), expected.end()),
                                    -*std::min_element(expected.begin(), expected.end()));
    EXPECT_LE(testing::worst_difference(logits, expected), 1e-4 * largest) << input_px << " px";
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, Torchvision, ::testing::Values("mobilenet_v2", "convnext_tiny"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace giemsa
