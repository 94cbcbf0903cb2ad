#include "giemsa/balance/class_weights.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error_matchers.h"

namespace giemsa::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Pointwise;

TEST(ClassWeights, EqualScikitLearnAndTheFormulas) {
  std::ifstream file(GIEMSA_TEST_DATA "/class_weights.json");
  const auto cases = nlohmann::json::parse(file).at("weights");
  ASSERT_GE(cases.size(), 40u);
  for (const auto& one : cases) {
    const std::string name = one["name"];
    const std::vector<std::size_t> counts = one["counts"];
    const std::vector<double> expected = one["weights"], got = class_weights(name, counts, one["beta"]);
    SCOPED_TRACE(name + " of " + one["counts"].dump() + ", beta " + one["beta"].dump());
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t k = 0; k < got.size(); ++k) EXPECT_NEAR(got[k], expected[k], 1e-9 * expected[k]);
    const double sum = std::inner_product(got.begin(), got.end(), counts.begin(), 0.0);
    EXPECT_NEAR(sum / static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0})), 1,
                1e-12);
  }
}

TEST(ClassWeights, OfEffectiveNumbersLieBetweenNoneAndBalanced) {
  const std::vector<std::size_t> counts{10, 200, 3000};
  EXPECT_THAT(class_weights("effective", counts, 0), Each(1.0));
  EXPECT_THAT(class_weights("effective", counts, 0.999999999),
              Pointwise(DoubleNear(1e-4), class_weights("balanced", counts, 0)));
}

TEST(ClassWeights, MistakesAreNamed) {
  const std::vector<std::size_t> counts{3, 0};
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { class_weights("balanced", counts, 0); }),
              HasSubstr("class 1 has no pictures"));
  EXPECT_THAT(error_of(ErrorKind::Usage,
                       [&] {
                         class_weights("inverse", {counts.data(), 1}, 0);
                       }),
              HasSubstr("'inverse'; none, balanced, sqrt or effective"));
}

TEST(ClassWeights, BetaIsLessThanOne) {
  const std::vector<std::size_t> counts{3, 5};
  for (const double beta : {1.0, 1.5, -0.1, std::nan("")}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { class_weights("effective", counts, beta); }),
                ::testing::HasSubstr("effective_beta is"));
    EXPECT_NO_THROW(class_weights("balanced", counts, beta));
  }
}

}  // namespace
}  // namespace giemsa::testing
