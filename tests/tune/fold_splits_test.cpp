#include "giemsa/tune/fold_splits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/split/groups.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa {
namespace {

class FoldSplits : public ::testing::Test {
 protected:
  FoldSplits() {
    synthesise(folder_.path() / "cells", {.per_class = 20, .size_px = 32, .seed = 1}, {});
    source_ = open_source(folder_.path() / "cells");
  }
  TemporaryFolder folder_;
  std::unique_ptr<Source> source_;
};

TEST_F(FoldSplits, TestEveryRecordOnce) {
  for (const int folds : {2, 3, 5, 10}) {
    const auto splits = fold_splits(*source_, folds, 0.1, 1);
    ASSERT_EQ(splits.size(), static_cast<std::size_t>(folds));
    for (std::size_t record = 0; record < source_->records().size(); ++record) {
      int tested = 0;
      for (const Split& split : splits) {
        tested += split.parts[record] == Part::Test ? 1 : 0;
        EXPECT_NE(split.parts[record], Part::None);
      }
      EXPECT_EQ(tested, 1) << record;
    }
    for (const Split& split : splits) {
      check_split(split, *source_);
      for (const auto& [train, val, test] : count_split(split, *source_)) {  // stratified to one record
        EXPECT_NEAR(static_cast<double>(test), 20.0 / folds, 1);
        EXPECT_NEAR(static_cast<double>(val), 0.1 * (20 - static_cast<double>(test)), 1);
        EXPECT_EQ(train + val + test, 20u);
      }
    }
  }
}

TEST_F(FoldSplits, KeepGroupsInOnePart) {
  std::vector<std::vector<std::size_t>> together;
  for (std::size_t record = 0; record + 3 < source_->records().size(); record += 4) {
    together.push_back({record, record + 1, record + 2});
  }
  const RecordGroups groups = join_groups(source_->records(), together);
  for (const Split& split : fold_splits(*source_, 3, 0.2, 1, groups)) {
    EXPECT_TRUE(straddling_groups(split, groups).empty());
    check_split(split, *source_);
  }
}

TEST_F(FoldSplits, FollowTheSeed) {
  const auto hash = [&](std::uint64_t seed) {
    return split_hash(fold_splits(*source_, 3, 0.1, seed)[1], *source_);
  };
  EXPECT_EQ(hash(1), hash(1));
  EXPECT_NE(hash(1), hash(2));
}

TEST_F(FoldSplits, ThrowForClassesThatAreTooSmall) {
  EXPECT_THROW(fold_splits(*source_, 21, 0.1, 1), Error);  // 20 records a class
  EXPECT_NO_THROW(fold_splits(*source_, 20, 0.1, 1));
}

}  // namespace
}  // namespace giemsa
