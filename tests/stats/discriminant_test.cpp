#include "giemsa/stats/discriminant.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error_matchers.h"

namespace giemsa::testing {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

TEST(Discriminant, EqualsScikitLearn) {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "discriminant.json");
  const auto cases = nlohmann::json::parse(file).at("cases");
  ASSERT_GE(cases.size(), 5u);
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const std::vector<int> labels = expected["labels"];
    const std::vector<float> features = expected["features"];
    const auto classes = static_cast<std::size_t>(labels.back()) + 1;
    std::vector<std::size_t> all(labels.size());
    std::iota(all.begin(), all.end(), std::size_t{0});

    // The sums of two parts, added up, are those of the whole.
    const std::span<const std::size_t> members(all);
    ClassSums sums = class_sums(features, expected["columns"], labels, classes, members.first(4));
    sums.add(class_sums(features, expected["columns"], labels, classes, members.subspan(4)));
    const Discriminant discriminant(sums);

    const std::vector<float> places = discriminant.places(features);
    const std::size_t m = discriminant.dimensions();
    ASSERT_EQ(places.size(), labels.size() * m);
    std::vector<float> probabilities(labels.size() * classes), distances(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const std::span place(&places[i * m], m);
      discriminant.predict(place, std::span(probabilities).subspan(i * classes, classes));
      for (std::size_t d = 0; d < m; ++d) distances[i] += (place[d] - places[d]) * (place[d] - places[d]);
      distances[i] = std::sqrt(distances[i]);
    }
    EXPECT_THAT(probabilities,
                Pointwise(FloatNear(2e-5f), expected["probabilities"].get<std::vector<float>>()));
    EXPECT_THAT(distances, Pointwise(FloatNear(1e-4f), expected["distances"].get<std::vector<float>>()));
  }
}

TEST(Discriminant, NeverPredictsAClassWithoutMembers) {
  const std::vector<float> rows{0, 0, 1, 0, 0, 1, 5, 5, 6, 5, 5, 6};
  const std::vector<int> labels{0, 0, 0, 2, 2, 2};
  const std::vector<std::size_t> members{0, 1, 2, 3, 4, 5};
  const Discriminant discriminant(class_sums(rows, 2, labels, 3, members));
  ASSERT_EQ(discriminant.dimensions(), 1u);
  const std::vector<float> places = discriminant.places(rows);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::vector<float> out(3);
    discriminant.predict(std::span(&places[i], 1), out);
    EXPECT_EQ(out[1], 0) << i;
    EXPECT_GT(out[static_cast<std::size_t>(labels[i])], 0.999) << i;
  }
}

TEST(Discriminant, NeedsTwoClasses) {
  const std::vector<float> rows{0, 1, 2};
  const std::vector<int> labels{1, 1, 1};
  const std::vector<std::size_t> members{0, 1, 2};
  EXPECT_THAT(error_of(ErrorKind::Internal, [&] { Discriminant(class_sums(rows, 1, labels, 2, members)); }),
              ::testing::HasSubstr("two classes"));
}

}  // namespace
}  // namespace giemsa::testing
