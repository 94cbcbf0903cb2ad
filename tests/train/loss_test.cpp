#include "giemsa/train/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using nlohmann::json;
using torch::Tensor;

/// The same numbers as in tests/golden/make/losses.py.
struct Example {
  Tensor logits, targets, weights;
  LossOptions options;

  explicit Example(const json& one) {
    const std::int64_t pictures = one.at("pictures"), classes = one.at("classes");
    logits = torch::empty({pictures, classes});
    targets = torch::zeros({pictures, classes});
    for (std::int64_t i = 0; i < pictures; ++i) {
      targets[i][5 * i % classes] = 1;
      for (std::int64_t k = 0; k < classes; ++k)
        logits[i][k] = static_cast<float>((37 * i + 11 * k) % 17 - 8) / 4;
    }
    logits.requires_grad_(true);
    const double smoothing = one.at("smoothing");
    targets = targets * (1 - smoothing) + smoothing / static_cast<double>(classes);
    if (one.at("kind") == "soft") targets = 0.7 * targets + 0.3 * targets.roll(-1, 0);
    if (!one.at("weights").is_null()) weights = torch::tensor(one.at("weights").get<std::vector<float>>());
    options.kind = one.at("kind") == "focal" ? "focal" : "cross_entropy";
    options.focal_gamma = one.at("gamma");
    options.label_smoothing = smoothing;
  }
  Tensor loss() const { return training_loss(logits, targets, weights, options); }
};

TEST(TrainingLoss, AndItsGradientEqualPyTorchs) {
  std::ifstream file(GIEMSA_TEST_DATA "/losses.json");
  const json cases = json::parse(file);
  ASSERT_EQ(cases.size(), 69u);
  for (const json& one : cases) {
    Example example(one);
    const Tensor loss = example.loss();
    EXPECT_NEAR(loss.item<double>(), one.at("loss").get<double>(), 2e-6) << one.dump();
    loss.backward();
    const Tensor golden = torch::tensor(one.at("gradient").get<std::vector<float>>()).view_as(example.logits);
    EXPECT_TRUE(torch::allclose(example.logits.grad(), golden, 1e-5, 1e-6)) << one.dump();
    if (!example.weights.defined()) continue;
    example.weights = 7 * example.weights;
    EXPECT_NEAR(example.loss().item<double>(), one.at("loss").get<double>(), 1e-5)
        << "the weights' size must not matter";
  }
}

/// Half of class 0, of weight 1, and half of class 1, of weight 3, weigh 2 together.
TEST(TrainingLoss, WeighsMixedPicturesByWhatTheyAreMixedOf) {
  const Tensor logits = torch::zeros({2, 2}), weights = torch::tensor({1.f, 3.f});
  const LossOptions options{.label_smoothing = 0};
  for (const auto& targets :
       {torch::tensor({{0.5f, 0.5f}, {1.f, 0.f}}), torch::tensor({{0.5f, 0.5f}, {0.f, 1.f}})})
    EXPECT_NEAR(training_loss(logits, targets, weights, options).item<double>(), std::log(2), 1e-6);
  const Tensor sure = torch::tensor({{0.f, 0.f}, {50.f, 0.f}});
  EXPECT_NEAR(training_loss(sure, torch::tensor({{0.5f, 0.5f}, {1.f, 0.f}}), weights, options).item<double>(),
              2 * std::log(2) / 3, 1e-6);
}

TEST(TrainingLoss, FocalHasFiniteGradientsWhereTheAnswerIsCertain) {
  for (const float gamma : {0.5f, 1.f, 2.f}) {
    const Tensor logits = torch::tensor({{100.f, -100.f}, {-100.f, 100.f}}).requires_grad_(true);
    LossOptions options{.kind = "focal", .focal_gamma = gamma};
    const Tensor loss = training_loss(logits, torch::tensor({{1.f, 0.f}, {1.f, 0.f}}), {}, options);
    EXPECT_NEAR(loss.item<double>(), 100, 1e-3) << "right and sure: 0; wrong and sure: 200";
    loss.backward();
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
  }
}

TEST(TrainingLoss, RefusesTargetsOfAnotherShape) {
  EXPECT_THROW(training_loss(torch::zeros({2, 3}), torch::zeros({2, 2}), {}, {}), Error);
  EXPECT_THROW(training_loss(torch::zeros({2}), torch::zeros({2}), {}, {}), Error);
}

}  // namespace
}  // namespace giemsa
