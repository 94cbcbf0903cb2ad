// Networks on LibTorch against torchvision's own figures.

#include "infer/torchvision_golden.h"

#include <gtest/gtest.h>

#include "giemsa/train/torch_network.h"

namespace giemsa {
namespace {

using torch::Tensor;

std::vector<float> values_of(const Tensor& tensor) {
  const Tensor flat = tensor.contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

class Torchvision : public ::testing::TestWithParam<std::string> {};

TEST_P(Torchvision, AgreesOnFeaturesAndLogits) {
  const torch::NoGradGuard no_grad;
  const nlohmann::json figures = testing::torchvision_figures(GetParam());
  for (const auto& expected : figures.at("outputs")) {
    const std::int64_t input_px = expected.at("input_px");
    const Graph graph = build_model(GetParam(), {.classes = 10, .input_px = input_px});
    const TorchParams params = to_torch(graph, testing::torchvision_weights(graph, figures.at("gain")));
    const HostTensor picture = testing::torchvision_picture(input_px);
    std::vector<float> pixels(picture.values().begin(), picture.values().end());
    const Tensor images = as_images(pixels.data(), 1, graph.input_shape());

    const Tensor features = value_of(graph, params, images, graph.features).permute({0, 2, 3, 1});
    EXPECT_LE(
        testing::worst_difference(testing::strided64(values_of(features)), expected.at("features_strided64")),
        1e-4 * expected.at("features_std").get<double>())
        << input_px << " px";
    const std::vector<double> expected_logits = expected.at("logits");
    EXPECT_LE(testing::worst_difference(values_of(forward(graph, params, images, {})), expected_logits),
              1e-4 * testing::largest_magnitude(expected_logits))
        << input_px << " px";
  }
}

INSTANTIATE_TEST_SUITE_P(Train, Torchvision, ::testing::ValuesIn(testing::torchvision_networks()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace giemsa
