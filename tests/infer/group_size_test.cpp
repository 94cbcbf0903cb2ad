#include "giemsa/infer/group_size.h"

#include <gtest/gtest.h>

#include "giemsa/infer/native_executor.h"

namespace giemsa {
namespace {

TEST(GroupSize, GivesEveryThreadItsShare) {
  EXPECT_EQ(group_size(0, 2), 1u);
  EXPECT_EQ(group_size(20, 16), 1u);
  EXPECT_EQ(group_size(40, 2), 4u);  // 5 would be run as 4 and 1
  EXPECT_EQ(group_size(64, 2), 8u);
  EXPECT_EQ(group_size(1'000'000, 2), NativeExecutor::kMostAtOnce);
  EXPECT_GE(group_size(1'000'000, 0), 1u);
}

}  // namespace
}  // namespace giemsa
