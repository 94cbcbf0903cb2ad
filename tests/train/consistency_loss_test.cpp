#include "giemsa/train/consistency_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace giemsa {
namespace {

using nlohmann::json;
using torch::Tensor;

/// The logits of tests/golden/make/consistency_loss.py: [3 N, K], clean, mixed, mixed again.
Tensor logits_of(const json& one) {
  const std::int64_t rows = 3 * one.at("pictures").get<std::int64_t>(), classes = one.at("classes");
  const Tensor step = torch::arange(rows * classes, torch::kInt64);
  return (((37 * step).remainder(101) - 50).to(torch::kFloat64) / 50 * one.at("scale").get<double>())
      .to(torch::kFloat32)
      .view({rows, classes})
      .requires_grad_(true);
}

TEST(ConsistencyLoss, AndItsGradientEqualPyTorchs) {
  const json cases = json::parse(std::ifstream(GIEMSA_TEST_DATA "/consistency_loss.json"));
  ASSERT_EQ(cases.size(), 4u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("scale").dump());
    const Tensor logits = logits_of(one);
    const Tensor loss = consistency_loss(logits, 3);
    EXPECT_EQ(loss.dim(), 0);
    const double expected = one.at("loss");
    EXPECT_NEAR(loss.item<double>(), expected, 2e-6 * (1 + expected));
    loss.backward();
    const Tensor golden = torch::tensor(one.at("gradient").get<std::vector<float>>()).view_as(logits);
    EXPECT_TRUE(torch::allclose(logits.grad(), golden, 1e-5, 1e-6)) << logits.grad() - golden;
  }
}

TEST(ConsistencyLoss, IsNothingWhereTheViewsAgree) {
  const Tensor one = torch::tensor({{1.f, -2.f, 0.5f}, {0.f, 3.f, 3.f}});
  EXPECT_NEAR(consistency_loss(one.repeat({3, 1}), 3).item<double>(), 0, 1e-7);
  EXPECT_NEAR(consistency_loss(one, 1).item<double>(), 0, 1e-7);
}

/// Two views that are sure of different classes: M is (1/2, 1/2), each KL log 2. Three of three classes:
/// log 3.
TEST(ConsistencyLoss, IsTheLogarithmOfTheViewsThatContradictEachOther) {
  EXPECT_NEAR(consistency_loss(100 * torch::eye(2), 2).item<double>(), std::log(2), 1e-6);
  EXPECT_NEAR(consistency_loss(100 * torch::eye(3), 3).item<double>(), std::log(3), 1e-6);
}

TEST(ConsistencyLoss, ComparesTheViewsOfOnePictureAndNotPictures) {
  const Tensor pictures = torch::tensor({{9.f, 0.f}, {0.f, 9.f}});
  EXPECT_NEAR(consistency_loss(torch::cat({pictures, pictures, pictures}), 3).item<double>(), 0, 1e-7);
  EXPECT_GT(consistency_loss(torch::cat({pictures, pictures.flip(0), pictures}), 3).item<double>(), 0.5);
}

TEST(ConsistencyLoss, HasFiniteGradientsWhereAnswersAreCertain) {
  const Tensor logits =
      torch::tensor({{200.f, -200.f}, {-200.f, 200.f}, {200.f, -200.f}}).requires_grad_(true);
  const Tensor loss = consistency_loss(logits, 3);
  EXPECT_TRUE(std::isfinite(loss.item<double>()));
  loss.backward();
  EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
}

}  // namespace
}  // namespace giemsa
