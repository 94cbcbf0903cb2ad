// Networks in the Keras flavour against Keras' own figures (shared data): the whole road from Keras' tensors
// through the import to the features.

#include "infer/keras_golden.h"

#include <gtest/gtest.h>

#include "giemsa/infer/native_executor.h"
#include "giemsa/weights/import.h"

namespace giemsa {
namespace {

class KerasGolden : public ::testing::TestWithParam<testing::KerasCase> {};

TEST_P(KerasGolden, AgreesAfterTheImport) {
  const testing::KerasCase& c = GetParam();
  GIEMSA_NEEDS_SHARED(testing::keras_layers_file(c));
  for (const std::int64_t input_px : c.inputs_px) {
    const nlohmann::json figures = testing::keras_figures(c, input_px);
    const Graph graph = build_model(c.network, {.classes = 8, .input_px = input_px});
    const Import imported =
        import_weights(graph, {.tensors = testing::keras_weights(c, figures)}, 1, c.keras);
    const std::vector<float> image = testing::keras_input(find_model(c.network), input_px);
    const nlohmann::json& input = figures.at("input_preprocessed");
    EXPECT_LE(testing::worst_difference(testing::strided64(image), input.at("strided64")),
              1e-6 * input.at("std").get<double>());

    nlohmann::json maps = figures.at("intermediate");
    maps[figures.at("output_layer").get<std::string>()] = figures.at("output");
    ASSERT_GT(maps.size(), 1u);
    for (const auto& [layer, expected] : maps.items()) {
      const NodeId until = testing::node_of_keras_layer(graph, layer);
      ASSERT_GE(until, 0) << layer;
      const Shape& shape = graph.nodes[until].shape;
      EXPECT_EQ((std::vector<std::int64_t>{1, shape.height, shape.width, shape.channels}),
                expected.at("shape").get<std::vector<std::int64_t>>())
          << layer;
      std::vector<float> out(static_cast<std::size_t>(shape.size()));
      NativeExecutor(graph, imported.weights, until).run(image, 1, 1, out);
      EXPECT_LE(testing::worst_difference(testing::strided64(out), expected.at("strided64")),
                1e-4 * expected.at("std").get<double>())
          << layer << " at " << input_px << " px";
      double sum = 0;
      for (const float value : out) sum += std::abs(value);
      EXPECT_NEAR(sum / expected.at("abs_sum").get<double>(), 1, 1e-5) << layer << ": the whole map";
    }
    EXPECT_EQ(graph.features, testing::node_of_keras_layer(graph, figures.at("output_layer")));
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, KerasGolden, ::testing::ValuesIn(testing::keras_cases()),
                         [](const auto& test) { return std::string(test.param.keras); });

TEST(FormulaWeights, AreThoseOfTheReadme) {
  // Worked values of the README, and its input.
  const auto value = [](const char* name, std::uint64_t i, float scale, float offset) {
    return (static_cast<float>(testing::formula_bits(fnv1a(name), i)) * 0x1p-24f - 0.5f) * scale + offset;
  };
  EXPECT_FLOAT_EQ(value("bn_Conv1/gamma", 5, 0.2f, 1), 0.992740452f);
  EXPECT_FLOAT_EQ(value("block_1_depthwise/kernel", 100, testing::formula_scale(1.5, 9), 0), 0.576899052f);
  const std::vector<double> picture = testing::keras_picture(96);
  const int first[] = {25, 37, 146};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(picture[i], first[i]);
  EXPECT_EQ(picture[27647], 12);
}

}  // namespace
}  // namespace giemsa
