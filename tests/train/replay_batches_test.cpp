#include "giemsa/train/replay_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace giemsa::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

/// Two batches an epoch of two pictures each, of two values and three classes.
class TwoBatches final : public BatchSource {
 public:
  std::int64_t batches_per_epoch() const override { return 2; }
  void start_epoch(std::int64_t epoch) override { epoch_ = static_cast<float>(epoch); }
  Batch next() override {
    return {.shape = {2, 1, 1},
            .images = {epoch_, 1, epoch_, 2},
            .targets = {1, 0, 0, 0, 1, 0},
            .labels = {0, 1}};
  }

 private:
  float epoch_ = 0;
};

/// Five remembered pictures; the second value of each is 10 + its number, its target 100 + that.
ReplaySource made_memory() {
  ReplaySource memory{.labels = {0, 0, 0, 2, 1}};
  for (int i = 0; i < 5; ++i) {
    memory.values.insert(memory.values.end(), {-1, 10.f + static_cast<float>(i)});
    memory.targets.insert(memory.targets.end(), {0, 0, 100.f + static_cast<float>(i)});
  }
  return memory;
}

TEST(ReplayBatches, PutRememberedPicturesBehindNewOnes) {
  TwoBatches fresh;
  const ReplaySource memory = made_memory();
  ReplayBatches batches(fresh, memory, 3, 1);
  EXPECT_EQ(batches.batches_per_epoch(), 2);
  std::map<int, int> drawn;
  for (std::int64_t epoch = 1; epoch <= 9; ++epoch) {
    batches.start_epoch(epoch);
    for (int b = 0; b < 2; ++b) {
      const Batch batch = batches.next();
      const auto e = static_cast<float>(epoch);
      ASSERT_EQ(batch.images.size(), 10u);
      ASSERT_EQ(batch.targets.size(), 15u);
      EXPECT_THAT(std::vector(batch.images.begin(), batch.images.begin() + 4), ElementsAre(e, 1, e, 2));
      // All classes in turn, whatever the number of their pictures.
      EXPECT_THAT(batch.labels, ::testing::AllOf(Contains(0).Times(2), Contains(1).Times(2), Contains(2)));
      for (std::size_t i = 2; i < 5; ++i) {
        const int picture = static_cast<int>(batch.images[2 * i + 1]) - 10;
        EXPECT_EQ(batch.images[2 * i], -1);
        EXPECT_EQ(batch.targets[3 * i + 2], 100.f + static_cast<float>(picture));
        EXPECT_EQ(batch.labels[i], memory.labels[static_cast<std::size_t>(picture)]);
        ++drawn[picture];
      }
    }
  }
  EXPECT_THAT(drawn, ElementsAre(Pair(0, ::testing::Gt(2)), Pair(1, ::testing::Gt(2)),
                                 Pair(2, ::testing::Gt(2)), Pair(3, 18), Pair(4, 18)));
}

TEST(ReplayBatches, DependOnSeedAndEpochAlone) {
  const ReplaySource memory = made_memory();
  const auto labels = [&](std::uint64_t seed, std::int64_t epoch) {
    TwoBatches fresh;
    ReplayBatches batches(fresh, memory, 4, seed);
    for (std::int64_t e = epoch == 3 ? 1 : epoch; e <= epoch; ++e) batches.start_epoch(e);
    return batches.next().images;
  };
  EXPECT_EQ(labels(1, 3), labels(1, 3));
  std::set<std::vector<float>> different;
  for (std::uint64_t seed = 1; seed < 6; ++seed) different.insert(labels(seed, 1));
  EXPECT_GT(different.size(), 1u);
}

}  // namespace
}  // namespace giemsa::testing
