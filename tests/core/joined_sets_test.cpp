#include "giemsa/core/joined_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace giemsa {
namespace {

TEST(JoinedSets, AreKnownByTheirSmallestNumber) {
  const struct {
    std::vector<std::pair<std::size_t, std::size_t>> joins;
    std::vector<std::size_t> first;
  } kCases[] = {
      {{}, {0, 1, 2, 3, 4, 5}},
      {{{4, 4}}, {0, 1, 2, 3, 4, 5}},
      {{{5, 3}}, {0, 1, 2, 3, 4, 3}},
      {{{5, 3}, {3, 5}, {1, 3}}, {0, 1, 2, 1, 4, 1}},
      {{{0, 1}, {2, 3}, {4, 5}, {5, 2}}, {0, 0, 2, 2, 2, 2}},
      {{{5, 4}, {4, 3}, {3, 2}, {2, 1}, {1, 0}}, {0, 0, 0, 0, 0, 0}},
  };
  for (const auto& [joins, first] : kCases) {
    JoinedSets sets(6);
    for (const auto& [a, b] : joins) sets.join(a, b);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < 6; ++i) found.push_back(sets.first_of(i));
    EXPECT_EQ(found, first);
  }
}

TEST(JoinedSets, LongChainsEnd) {
  constexpr std::size_t kCount = 100'000;
  JoinedSets sets(kCount);
  for (std::size_t i = kCount - 1; i > 0; --i) sets.join(i, i - 1);
  for (const std::size_t i : {std::size_t{0}, kCount / 2, kCount - 1}) EXPECT_EQ(sets.first_of(i), 0u);
}

}  // namespace
}  // namespace giemsa
