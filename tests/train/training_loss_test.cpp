#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/train/epoch.h"

namespace giemsa {
namespace {

TEST(TrainingLoss, EqualsPyTorchWithWeightsAndSmoothing) {
  std::ifstream file(GIEMSA_TEST_DATA "/class_weights.json");
  const auto cases = nlohmann::json::parse(file).at("losses");
  ASSERT_EQ(cases.size(), 27u);
  for (const auto& one : cases) {
    const std::int64_t pictures = one["pictures"], classes = one["classes"];
    torch::Tensor logits = torch::empty({pictures, classes}),
                  labels = torch::empty({pictures}, torch::kInt64);
    for (std::int64_t i = 0; i < pictures; ++i) {
      labels[i] = 5 * i % classes;
      for (std::int64_t k = 0; k < classes; ++k)
        logits[i][k] = static_cast<float>((37 * i + 11 * k) % 17 - 8) / 4;
    }
    torch::Tensor weights;
    if (!one["weights"].is_null()) weights = torch::tensor(one["weights"].get<std::vector<float>>());
    const auto loss = [&](const torch::Tensor& class_weights) {
      return training_loss(logits, labels, class_weights, one["smoothing"]).item<double>();
    };
    EXPECT_NEAR(loss(weights), one["loss"].get<double>(), 1e-6) << one.dump();
    if (weights.defined()) {
      EXPECT_NEAR(loss(7 * weights), one["loss"].get<double>(), 1e-5) << "the weights' size must not matter";
    }
  }
}

}  // namespace
}  // namespace giemsa
