#include "infer/torchvision_golden.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "giemsa/core/random.h"
#include "giemsa/infer/native_executor.h"

namespace giemsa {
namespace {

/// The hash of the lines "name shape" in the order of the names.
std::string names_hash(const Graph& graph) {
  std::vector<std::string> lines;
  for (const Param& param : graph.params) {
    lines.push_back(fmt::format("{} {}\n", param.name, fmt::join(param.shape, "x")));
  }
  std::sort(lines.begin(), lines.end());
  return fmt::format("{:016x}", fnv1a(fmt::format("{}", fmt::join(lines, ""))));
}

class Torchvision : public ::testing::TestWithParam<std::string> {};

TEST_P(Torchvision, HasTheSameNamesAndShapes) {
  const Graph graph = build_model(GetParam(), {.classes = 10, .input_px = 96});
  const nlohmann::json figures = testing::torchvision_figures(GetParam());
  EXPECT_EQ(graph.params.size(), figures.at("tensors"));
  EXPECT_EQ(names_hash(graph), figures.at("names_fnv1a"));
}

TEST_P(Torchvision, AgreesOnFeaturesAndLogits) {
  const nlohmann::json figures = testing::torchvision_figures(GetParam());
  ASSERT_EQ(figures.at("outputs").size(), 2u);
  for (const auto& expected : figures.at("outputs")) {
    const std::int64_t input_px = expected.at("input_px");
    const Graph graph = build_model(GetParam(), {.classes = 10, .input_px = input_px});
    const Shape& map = graph.nodes[graph.features].shape;
    EXPECT_EQ((std::vector{map.channels, map.height, map.width}),
              expected.at("features_shape").get<std::vector<std::int64_t>>());
    const StateDict weights = testing::torchvision_weights(graph, figures.at("gain"));
    const HostTensor picture = testing::torchvision_picture(input_px);

    std::vector<float> features(static_cast<std::size_t>(map.size())), logits(10);
    NativeExecutor(graph, weights, graph.features).run(picture.values(), 1, 1, features);
    NativeExecutor(graph, weights).run(picture.values(), 1, 1, logits);
    EXPECT_LE(testing::worst_difference(testing::strided64(features), expected.at("features_strided64")),
              1e-4 * expected.at("features_std").get<double>())
        << input_px << " px";
    const std::vector<double> expected_logits = expected.at("logits");
    EXPECT_LE(testing::worst_difference(logits, expected_logits),
              1e-4 * testing::largest_magnitude(expected_logits))
        << input_px << " px";
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, Torchvision, ::testing::ValuesIn(testing::torchvision_networks()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace giemsa
