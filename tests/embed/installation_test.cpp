// The examples, built against an installation that was moved after it was made, by CMake and by pkg-config.

#include <sstream>

#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Installation : public ::testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the library of this build asks for a sanitizer in the program that loads it";
#endif
    folder_.make_cells("cells", 1);
    run("cmake", {"--install", GIEMSA_BIN_DIR "/..", "--prefix", folder_.path("first").string()});
    std::filesystem::rename(folder_.path("first"), folder_.path("moved"));
  }

  std::string run(const std::string& program, const std::vector<std::string>& arguments) const {
    const Ran ran = Program(program, arguments, {.folder = folder_.path("")}).wait();
    EXPECT_EQ(ran.exit_code, 0) << program << "\n" << ran.out << ran.err;
    return ran.out;
  }
  /// The file of that name in the installation; library folders differ between systems.
  std::string installed(const std::string& name) const {
    for (const std::string& file : folder_.files("moved"))
      if (std::filesystem::path(file).filename() == name) return folder_.path("moved").string() + "/" + file;
    ADD_FAILURE() << name << " is not installed";
    return {};
  }
  std::string installed_folder(const std::string& name) const {
    return std::filesystem::path(installed(name)).parent_path();
  }
  /// An example names a cell, or says that it does not, with the model of the installation.
  void expect_answers(const std::string& program) const {
    const std::string out =
        run("env", {"GIEMSA_MODELS=", program, "cells/platelet/platelet_00001.png", "cells/ig/ig_00001.png"});
    EXPECT_THAT(out, AllOf(HasSubstr("platelet_00001.png: "), HasSubstr("ig_00001.png: ")));
    EXPECT_EQ(std::ranges::count(out, '\n'), 2) << out;
  }

  TestFolder folder_;
};

TEST_F(Installation, BuildsTheExamplesByCmakeAndByPkgConfig) {
  const std::string examples = installed_folder("classify.cpp"),
                    libraries = installed_folder("libgiemsa.so.0");
  run("cmake", {"-S", examples, "-B", "built", "-DCMAKE_PREFIX_PATH=" + folder_.path("moved").string(),
                "-DCMAKE_C_FLAGS=-Wall -Wextra -pedantic -Werror",
                "-DCMAKE_CXX_FLAGS=-Wall -Wextra -pedantic -Werror"});
  run("cmake", {"--build", "built"});
  expect_answers("built/classify_c");
  expect_answers("built/classify_cpp");

  const std::string pkg_config = "PKG_CONFIG_PATH=" + installed_folder("giemsa.pc") + " pkg-config ";
  EXPECT_EQ(run("sh", {"-c", pkg_config + "--modversion giemsa"}), "0.1.0\n");
  run("sh",
      {"-c", "cc -std=c99 -Wall -Wextra -pedantic -Werror " + examples + "/classify.c -o by_pkg_config $(" +
                 pkg_config + "--cflags --libs giemsa) -Wl,-rpath," + libraries});
  expect_answers("./by_pkg_config");

  // The box of the installation, not that of the source tree: without it there is another answer.
  std::filesystem::resize_file(installed("weights.safetensors"), 100);
  const Ran broken = Program("built/classify_c", {}, {.folder = folder_.path("")}).wait();
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, HasSubstr(folder_.path("moved").string()));
}

TEST_F(Installation, HasTheProgramWithItsModel) {
  const Ran ran = Program(installed("giemsa"), {"predict", "cells/ig"}, {.folder = folder_.path("")}).wait();
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("ig_00001.png"));
  EXPECT_THAT(ran.err, HasSubstr("the model is " + installed_folder("model.json")));
}

TEST_F(Installation, LetsOutNothingButTheApi) {
  const std::string symbols =
      run("nm", {"-D", "--defined-only", "--format=posix", installed("libgiemsa.so.0")});
  std::istringstream lines(symbols);
  int functions = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("GIEMSA_0 ")) continue;  // the name of the version
    EXPECT_TRUE(line.starts_with("giemsa_")) << line;
    ++functions;
  }
  EXPECT_EQ(functions, 20);
}

}  // namespace
}  // namespace giemsa::testing
