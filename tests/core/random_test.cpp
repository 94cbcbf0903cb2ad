#include "giemsa/core/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

std::vector<std::uint64_t> numbers(const std::string& line) {
  std::vector<std::uint64_t> values;
  for (const std::string& part : split_text(line, ','))
    values.push_back(std::strtoull(part.c_str(), nullptr, 10));
  return values;
}

Random keyed(const std::vector<std::uint64_t>& keys) {
  switch (keys.size()) {
    case 1:
      return Random({keys[0]});
    case 3:
      return Random({keys[0], keys[1], keys[2]});
    case 4:
      return Random({keys[0], keys[1], keys[2], keys[3]});
    default:
      throw std::logic_error("random.txt has keys of another number");
  }
}

/// Pearson's chi-square of equally likely cells.
double chi_square(std::span<const int> counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(Random, GivesTheNumbersOfThePublishedGenerators) {
  int lines = 0;
  for (const std::string& line : split_text(read_text(GIEMSA_TEST_DATA "/random.txt"), '\n')) {
    if (line.empty()) continue;
    const auto sides = split_text(line, ':');
    Random random = keyed(numbers(sides.at(0)));
    for (const std::uint64_t expected : numbers(sides.at(1))) EXPECT_EQ(random.bits(), expected) << line;
    ++lines;
  }
  EXPECT_EQ(lines, 6);
}

TEST(Random, Mix64IsSplitMix64) {
  EXPECT_EQ(mix64(1234567), 6457827717110365317u);  // first output of the published C code with that seed
}

TEST(Random, Fnv1aMatchesPublishedVectors) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325u);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8u);
}

TEST(Random, UniformStaysInsideAndFillsEvenly) {
  Random random({7, fnv1a("uniform")});
  std::array<int, 100> cells{};
  for (int i = 0; i < 1'000'000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    ++cells[static_cast<std::size_t>(value * 100)];
  }
  EXPECT_LT(chi_square(cells), 148.2);  // 99 degrees of freedom, p = 0.001
}

TEST(Random, UniformFloatNeverReachesItsUpperEnd) {
  Random random({8});
  const float high = std::nextafter(1.f, 2.f);  // half of all draws round to `high` without care
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(random.uniform(1.f, high), 1.f);
  EXPECT_EQ(random.uniform(3.f, 3.f), 3.f);
}

TEST(Random, BelowIsUnbiased) {
  for (const std::uint64_t n : {1u, 2u, 3u, 10u, 1000u}) {
    Random random({9, n});
    std::vector<int> counts(n);
    for (int i = 0; i < 200'000; ++i) ++counts.at(random.below(n));
    const double freedom = static_cast<double>(n - 1);
    EXPECT_LE(chi_square(counts), freedom + 4 * std::sqrt(2 * freedom)) << n;
  }
  // With n = 3/4 of 2^64, plain `bits() % n` would fall in the lowest third half of the time.
  const std::uint64_t n = 3ull << 62;
  Random random({10});
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += random.below(n) < n / 3;
  EXPECT_NEAR(low, 10'000, 350);
}

TEST(Random, NormalHasItsMoments) {
  Random random({11});
  constexpr int kCount = 400'000;
  double sum = 0, squares = 0, fourth = 0;
  for (int i = 0; i < kCount; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
  }
  EXPECT_NEAR(sum / kCount, 0.0, 0.007);
  EXPECT_NEAR(squares / kCount, 1.0, 0.01);
  EXPECT_NEAR(fourth / kCount, 3.0, 0.07);
  EXPECT_NEAR(Random({12}).normal(5.0, 0.0), 5.0, 0.0);
}

TEST(Random, ChanceKeepsItsPromise) {
  Random random({13});
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += random.chance(0.3);
  EXPECT_NEAR(hits, 30'000, 600);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(random.chance(0.0));
    ASSERT_TRUE(random.chance(1.0));
  }
}

TEST(Random, ShuffleGivesEveryOrderEquallyOften) {
  std::array<int, 24> counts{};
  for (std::uint64_t draw = 0; draw < 24'000; ++draw) {
    std::array<int, 4> items{0, 1, 2, 3};
    Random random({14, draw});
    random.shuffle(std::span<int>(items));
    ASSERT_THAT(items, ::testing::UnorderedElementsAre(0, 1, 2, 3));
    int rank = 0;  // of the order, in the factorial number system
    for (int i = 0; i < 4; ++i) {
      int smaller = 0;
      for (int k = i + 1; k < 4; ++k)
        smaller += items[static_cast<std::size_t>(k)] < items[static_cast<std::size_t>(i)];
      rank = rank * (4 - i) + smaller;
    }
    ++counts.at(static_cast<std::size_t>(rank));
  }
  EXPECT_LT(chi_square(counts), 49.7);  // 23 degrees of freedom, p = 0.001
}

TEST(Random, NeighbouringStreamsAreUnrelated) {
  int equal_bits = 0;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    equal_bits += 64 - std::popcount(Random({1, key}).bits() ^ Random({1, key + 1}).bits());
  }
  EXPECT_NEAR(equal_bits / 640'000.0, 0.5, 0.003);
}

}  // namespace
}  // namespace giemsa
