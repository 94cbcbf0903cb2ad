// What a data set holds beside its pictures is told by every command that reads it.

#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

TEST(SourceFindings, AreTold) {
  const TestFolder folder;
  folder.make_cells("cells", 4);
  folder.make_model("model");
  folder.write("cells/loose.png", "beside the classes");
  const std::vector<std::vector<std::string>> calls{
      {"split", "cells", "--ignore-duplicates", "--out", "split.csv"},
      {"evaluate", "cells", "--model", "model", "--split", "all", "--out", "evaluation"},
      {"convert", "cells", "--to", "manifest", "--out", "cells.csv"}};
  for (const auto& call : calls) {
    SCOPED_TRACE(call.front());
    const Ran ran = folder.giemsa(call);
    expect_success(ran);
    EXPECT_THAT(ran.err, HasSubstr("1 picture cannot be used:\n  loose.png (unlabelled)"));
  }
}

}  // namespace
}  // namespace giemsa::testing
