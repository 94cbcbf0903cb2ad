#include "giemsa/metrics/medmnist.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

TEST(Medmnist, NamesAFileOfResults) {  // f"{flag}{size_flag}_{split}_[AUC]{auc:.3f}_[ACC]{acc:.3f}@{run}.csv"
  EXPECT_EQ(medmnist_file_name("bloodmnist", 28, "test", {.auc = 0.99849, .acc = 0.966}, "giemsa"),
            "bloodmnist_test_[AUC]0.998_[ACC]0.966@giemsa.csv");
  EXPECT_EQ(medmnist_file_name("bloodmnist", 224, "val", {.auc = 1, .acc = 0.5}, "run_3"),
            "bloodmnist_224_val_[AUC]1.000_[ACC]0.500@run_3.csv");
  const MedmnistScore score{.auc = 1, .acc = 1};
  EXPECT_THROW(medmnist_file_name("", 28, "test", score, "x"), Error);
  EXPECT_THROW(medmnist_file_name("blood_mnist", 28, "test", score, "x"), Error);
  EXPECT_THROW(medmnist_file_name("bloodmnist", 28, "te/st", score, "x"), Error);
  EXPECT_THROW(medmnist_file_name("bloodmnist", 28, "test", score, "../x"), Error);
  EXPECT_THROW(medmnist_file_name("bloodmnist", 28, "test", {.auc = NAN, .acc = 1}, "x"), Error);
}

TEST(Medmnist, WritesRowsOfIndexAndScores) {  // pandas.DataFrame(y_score).to_csv(path, header=None)
  EXPECT_EQ(medmnist_csv(std::vector<float>{.1f, .9f, 1e-5f, .5f, 1.f, 0.f}, 2),
            "0,0.1,0.9\n1,1e-05,0.5\n2,1,0\n");
  EXPECT_EQ(medmnist_csv({}, 2), "");
}

}  // namespace
}  // namespace giemsa
