// Networks in the Keras flavour on LibTorch against Keras' own figures (shared data).

#include "infer/keras_golden.h"

#include <gtest/gtest.h>

#include "giemsa/train/torch_network.h"
#include "giemsa/weights/import.h"

namespace giemsa {
namespace {

class KerasGolden : public ::testing::TestWithParam<testing::KerasCase> {};

TEST_P(KerasGolden, AgreesOnTheFeatures) {
  const testing::KerasCase& c = GetParam();
  GIEMSA_NEEDS_SHARED(testing::keras_layers_file(c));
  const torch::NoGradGuard no_grad;
  for (const std::int64_t input_px : c.inputs_px) {
    const nlohmann::json figures = testing::keras_figures(c, input_px), expected = figures.at("output");
    const Graph graph = build_model(c.network, {.classes = 8, .input_px = input_px});
    const TorchParams params = to_torch(
        graph, import_weights(graph, {.tensors = testing::keras_weights(c, figures)}, 1, c.keras).weights);
    std::vector<float> image = testing::keras_input(find_model(c.network), input_px);
    const torch::Tensor features =
        value_of(graph, params, as_images(image.data(), 1, graph.input_shape()), graph.features)
            .permute({0, 2, 3, 1})
            .contiguous();
    EXPECT_EQ(features.sizes().vec(), expected.at("shape").get<std::vector<std::int64_t>>());
    const std::vector<float> values(features.data_ptr<float>(),
                                    features.data_ptr<float>() + features.numel());
    EXPECT_LE(testing::worst_difference(testing::strided64(values), expected.at("strided64")),
              1e-4 * expected.at("std").get<double>())
        << input_px << " px";
    EXPECT_NEAR(features.abs().sum(torch::kFloat64).item<double>() / expected.at("abs_sum").get<double>(), 1,
                1e-5)
        << "the whole map";
  }
}

INSTANTIATE_TEST_SUITE_P(Train, KerasGolden, ::testing::ValuesIn(testing::keras_cases()),
                         [](const auto& test) { return std::string(test.param.keras); });

}  // namespace
}  // namespace giemsa
