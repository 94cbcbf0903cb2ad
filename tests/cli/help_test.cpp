#include <set>

#include "cli/test_folder.h"
#include "giemsa/core/text.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Help, TellsTheVersion) {
  const TestFolder folder;
  const Ran ran = folder.giemsa({"--version"});
  expect_success(ran);
  EXPECT_EQ(ran.out, "giemsa 0.1.0\n");
  EXPECT_EQ(ran.err, "");
}

TEST(Help, TrainingTellsTheSameVersion) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;
  EXPECT_EQ(folder.giemsa({"train", "--version"}).out, "giemsa 0.1.0\n");
}

/// The names under "Subcommands:" of a help text.
std::vector<std::string> commands_in(const std::string& help) {
  std::vector<std::string> commands;
  bool listing = false;
  for (const std::string& line : split_text(help, '\n')) {
    if (listing && line.empty()) break;
    if (listing) commands.push_back(split_text(line.substr(2), ' ').front());
    listing |= line == "Subcommands:";
  }
  return commands;
}

/// Two commands need giemsa-train, which is not there without LibTorch.
bool can_run(const std::string& command) {
  return (command != "train" && command != "adapt") || std::filesystem::exists(giemsa_train());
}

TEST(Help, HasAnExampleForEveryCommand) {
  const TestFolder folder;
  const std::vector<std::string> commands = commands_in(folder.giemsa({"--help"}).out);
  EXPECT_THAT(commands, ::testing::UnorderedElementsAre(
                            "synth", "convert", "plant", "corrupt", "inspect", "clean", "split", "audit",
                            "augment", "train", "adapt", "crossval", "search", "runs", "calibrate",
                            "ensemble", "quantize", "evaluate", "compare", "predict", "explain", "export",
                            "serve", "verify", "models", "weights", "config"));
  for (const std::string& command : commands) {
    if (!can_run(command)) continue;
    SCOPED_TRACE(command);
    const Ran ran = folder.giemsa({command, "--help"});
    expect_success(ran);
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(ran.out, HasSubstr("Usage: giemsa " + command));
    EXPECT_THAT(ran.out, HasSubstr("\n  giemsa " + command));  // the example
  }
  EXPECT_THAT(folder.giemsa({"models", "show", "--help"}).out, HasSubstr("\n  giemsa models show "));
}

TEST(Help, PageNamesEveryOption) {  // docs/cli.md must not fall behind
  const std::string page = read_text(GIEMSA_TEST_DATA "/../../../docs/cli.md");
  const TestFolder folder;
  for (const std::string& command : commands_in(folder.giemsa({"--help"}).out)) {
    if (!can_run(command)) continue;
    EXPECT_THAT(page, HasSubstr("\n## giemsa " + command));
    for (const std::string& line : split_text(folder.giemsa({command, "--help"}).out, '\n')) {
      if (!line.starts_with("  --")) continue;
      const std::string option = split_text(line.substr(2), ' ').front();
      if (option == "--version") continue;
      EXPECT_THAT(page, HasSubstr("`" + option)) << command;
    }
  }
}

TEST(Program, PredictsWithoutLibTorch) {
  const auto libraries = [](const std::string& program) { return Program("ldd", {program}).wait().out; };
  EXPECT_THAT(libraries(giemsa()), HasSubstr("libdnnl"));
  EXPECT_THAT(libraries(giemsa()), Not(HasSubstr("libtorch")));
  GIEMSA_NEEDS_TRAIN();
  EXPECT_THAT(libraries(giemsa_train()), HasSubstr("libtorch"));
}

}  // namespace
}  // namespace giemsa::testing
