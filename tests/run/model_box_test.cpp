#include "giemsa/run/model_box.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// A box of its own, with two models as far as finding them goes.
class ModelBox : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("GIEMSA_MODELS", box_.path().c_str(), 1);
    for (const char* name : {"blood_cells", "other"}) {
      prepare_output_folder(folder(name));
      write_atomic(folder(name) / "model.json", "{}");
    }
  }
  void TearDown() override { ::unsetenv("GIEMSA_MODELS"); }
  fs::path folder(const std::string& name) const { return box_.path() / (name + ".giemsa"); }

  TemporaryFolder box_;
};

TEST_F(ModelBox, NamedByTheEnvironmentIsTheFirst) {
  EXPECT_EQ(model_boxes().front(), box_.path());
  EXPECT_EQ(model_boxes().back().filename(), "models");
  EXPECT_EQ(boxed_model(), folder("blood_cells"));
  EXPECT_EQ(boxed_model("other"), folder("other"));
  const std::size_t boxes = model_boxes().size();
  for (const bool set : {false, true}) {
    set ? ::setenv("GIEMSA_MODELS", "", 1) : ::unsetenv("GIEMSA_MODELS");
    EXPECT_EQ(model_boxes().size(), boxes - 1);
  }
}

TEST_F(ModelBox, InstalledLiesBesideTheProgram) {
  const fs::path prefix = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
  EXPECT_EQ(model_boxes()[1], prefix / "share/giemsa/models");
}

TEST_F(ModelBox, WithoutTheModelNamesThePlaces) {
  EXPECT_THAT(error_of(ErrorKind::Io, [] { boxed_model("none"); }),
              AllOf(HasSubstr((box_.path() / "none.giemsa").string() + ", nor at "), HasSubstr("--model"),
                    HasSubstr("GIEMSA_MODELS")));
}

TEST_F(ModelBox, AnArgumentIsAFolderOrAName) {
  EXPECT_EQ(named_model("other"), folder("other"));
  EXPECT_EQ(named_model(folder("other").string()), folder("other"));
  const TemporaryFolder run;
  prepare_output_folder(run.path() / "model.giemsa");
  write_atomic(run.path() / "model.giemsa/model.json", "{}");
  EXPECT_EQ(named_model(run.path().string()), run.path());  // a run folder stays one
  for (const std::string wrong : {"none", "./other", "sub/other"})
    EXPECT_THAT(error_of(ErrorKind::Io, [&] { named_model(wrong); }), HasSubstr(wrong));
}

}  // namespace
}  // namespace giemsa::testing
