#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/test_folder.h"
#include "giemsa/run/model_file.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;

TEST(QuantizeCommand, MakesAModelThatPredicts) {
  const testing::TestFolder folder;
  folder.make_cells("cells", 3);
  folder.make_model("model");
  const testing::Ran made = folder.giemsa({"quantize", "model", "cells", "--out", "fast"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("layers multiply 8-bit integers"));
  EXPECT_THAT(made.out, HasSubstr("same class: "));
  EXPECT_FALSE(read_model(folder.path("fast")).quantization.empty());

  const testing::Ran answers = folder.giemsa({"predict", "cells", "--model", "fast"});
  EXPECT_EQ(answers.exit_code, 0) << answers.err;
  EXPECT_THAT(answers.out, HasSubstr("basophil_00001.png"));

  const testing::Ran again = folder.giemsa({"quantize", "fast", "cells", "--out", "faster"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("quantised already"));
  const testing::Ran taken = folder.giemsa({"quantize", "model", "cells", "--out", "fast"});
  EXPECT_EQ(taken.exit_code, 2);
  EXPECT_THAT(taken.err, HasSubstr("fast exists"));
}

}  // namespace
}  // namespace giemsa
