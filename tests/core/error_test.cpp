#include "giemsa/core/error.h"

#include <gtest/gtest.h>

#include "core/error_matchers.h"

namespace giemsa {
namespace {

TEST(Error, SaysWhatAndWhatToDo) {
  const Error error(ErrorKind::Data, "[split] class 'basophil' has 2 images", "--folds 2");
  EXPECT_EQ(error.message(), "[split] class 'basophil' has 2 images");
  EXPECT_EQ(error.hint(), "--folds 2");
  EXPECT_STREQ(error.what(), "[split] class 'basophil' has 2 images\nHint: --folds 2");
  EXPECT_STREQ(Error(ErrorKind::Io, "[file] gone").what(), "[file] gone");
}

TEST(Error, KindsHaveTheirExitCodes) {
  EXPECT_EQ(exit_code(ErrorKind::Internal), 1);
  EXPECT_EQ(exit_code(ErrorKind::Usage), 2);
  EXPECT_EQ(exit_code(ErrorKind::Data), 3);
  EXPECT_EQ(exit_code(ErrorKind::Io), 4);
  EXPECT_EQ(exit_code(ErrorKind::Model), 5);
}

TEST(Require, ThrowsWhereTheConditionFails) {
  EXPECT_NO_THROW(require(true, ErrorKind::Model, "unused"));
  EXPECT_EQ(testing::error_of(ErrorKind::Model, [] { require(false, ErrorKind::Model, "no", "yes"); }),
            "no\nHint: yes");
}

}  // namespace
}  // namespace giemsa
