#include "giemsa/run/peer_shard.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

TEST(Shard, TakesARunInTheOrderOfTheRanks) {
  struct Case {
    std::int64_t first, size;
    int rank, count;
    Shard expected;
  };
  const Case cases[] = {
      {0, 10, 0, 1, {0, 10}},       {128, 128, 0, 2, {128, 192}},
      {128, 128, 1, 2, {192, 256}}, {0, 10, 0, 3, {0, 3}},
      {0, 10, 1, 3, {3, 6}},        {0, 10, 2, 3, {6, 10}},
      {0, 1, 0, 2, {0, 0}},         {0, 1, 1, 2, {0, 1}},
      {0, 0, 1, 2, {0, 0}},         {0, 1 << 30, 65535, 65536, {(1 << 30) - (1 << 14), 1 << 30}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(shard(c.first, c.size, c.rank, c.count), c.expected)
        << c.first << " " << c.size << " " << c.rank;
  }
}

TEST(Shard, TogetherTheyAreTheWholeOnceAndEven) {
  for (const std::int64_t size : {0, 1, 7, 64, 1000}) {
    for (int count = 1; count <= 9; ++count) {
      std::int64_t next = 100, smallest = size, largest = 0;
      for (int rank = 0; rank < count; ++rank) {
        const Shard one = shard(100, size, rank, count);
        EXPECT_EQ(one.begin, next);
        next = one.end;
        smallest = std::min(smallest, one.size());
        largest = std::max(largest, one.size());
      }
      EXPECT_EQ(next, 100 + size);
      EXPECT_LE(largest - smallest, 1) << size << " among " << count;
    }
  }
}

TEST(Shard, RefusesARankThatIsNone) {
  EXPECT_THROW(shard(0, 8, 2, 2), Error);
  EXPECT_THROW(shard(0, 8, -1, 2), Error);
}

}  // namespace
}  // namespace giemsa
