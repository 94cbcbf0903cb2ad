// Places that cannot be written to: exit code 4, a message that names the file and what to do, nothing
// half-written left behind, and what was there before kept.

#include <fcntl.h>
#include <sys/mount.h>

#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

/// What a person left at every place that the calls below write to.
constexpr const char* kOlder = "older and dear\n";

/// Calls that write below disk/, each with the beginning of the file's name that its message must give.
std::vector<BadCall> writers() {
  std::vector<BadCall> calls{
      {{"split", "manifest.csv", "--out", "disk/split.csv"}, {"'disk/split.csv'"}},
      {{"synth", "disk/cells", "--per-class", "1"}, {"'disk/cells/"}},
      {{"evaluate", "cells", "--model", "model", "--out", "disk/evaluation"},
       {"'disk/evaluation/predictions.csv'"}},
  };
  if (std::filesystem::exists(giemsa_train())) {
    calls.push_back({{"train", "cells", "--recipe", "baseline", "--out", "disk/run", "--set",
                      "data.input_px=16", "data.ratios=50/50", "train.batch=8"},
                     {"'disk/run/"}});
  }
  return calls;
}

void prepare(const TestFolder& folder) {
  folder.make_cells("cells", 6);
  folder.make_model("model");
  std::string manifest = "path,label\n";  // large enough to pass the limit; its pictures need not exist
  for (int i = 0; i < 500; ++i) manifest += "a_picture_" + std::to_string(i) + ".png,ig\n";
  folder.write("manifest.csv", manifest);
  folder.write("disk/split.csv", kOlder);
  folder.write("disk/evaluation/predictions.csv", kOlder);
}

/// What the failed calls may have left below disk/.
void expect_only_whole_files(const TestFolder& folder) {
  EXPECT_EQ(folder.read("disk/split.csv"), kOlder);
  EXPECT_EQ(folder.read("disk/evaluation/predictions.csv"), kOlder);
  for (const std::string& file : folder.files("disk")) {
    EXPECT_THAT(file, Not(EndsWith(".tmp")));
    EXPECT_THAT(file, Not(HasSubstr(".new")));
    EXPECT_THAT(file, Not(EndsWith(".png")));  // none fits
  }
}

/// A file system of one megabyte in memory, full to the last byte. Only root can have it.
class FullDisk {
 public:
  explicit FullDisk(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    mounted_ = ::mount("giemsa-test", folder_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~FullDisk() {
    if (mounted_) ::umount(folder_.c_str());
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  bool mounted() const { return mounted_; }
  void fill() const {
    const int file = ::open((folder_ / "filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::vector<char> block(4096);
    while (::write(file, block.data(), block.size()) > 0) continue;
    ::close(file);
  }

 private:
  std::filesystem::path folder_;
  bool mounted_ = false;
};

TEST(OutputErrors, FullDisk) {
  const TestFolder folder;
  const FullDisk disk(folder.path("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "only root can mount a small disk";
  prepare(folder);
  disk.fill();
  for (BadCall& call : writers()) {
    call.says.insert(call.says.end(), {"No space left on device", "free space on that disk"});
    expect_failures(folder, ErrorKind::Io, {call});
  }
  expect_only_whole_files(folder);
}

TEST(OutputErrors, LimitOnFileSizes) {
  const TestFolder folder;
  prepare(folder);
  for (const BadCall& call : writers()) {
    SCOPED_TRACE(::testing::PrintToString(call.arguments));
    const Ran ran = folder.giemsa(call.arguments, {.max_file_bytes = 2000});
    expect_failure(ran, ErrorKind::Io, call.says);
    expect_failure(ran, ErrorKind::Io, {"File too large", "ulimit -f"});
  }
  expect_only_whole_files(folder);
}

TEST(OutputErrors, TrainingThatCouldNotSaveGoesOnOnceItCan) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;
  folder.make_cells("cells", 6);
  const Ran ran =
      folder.giemsa({"train", "cells", "--recipe", "baseline", "--out", "run", "--set", "data.input_px=16",
                     "data.ratios=50/50", "train.batch=8", "stages.0.epochs=1"},
                    {.max_file_bytes = 20'000});
  expect_failure(ran, ErrorKind::Io, {"model.giemsa", "weights.safetensors", "ulimit -f"});
  EXPECT_THAT(folder.files("run"), ::testing::ElementsAre("classes.csv", "config.toml", "environment.json",
                                                          "findings.csv", "split.csv"));
  EXPECT_FALSE(folder.has("run/model.giemsa.new"));

  expect_success(folder.giemsa({"train", "cells", "--out", "run", "--resume"}));
  expect_success(folder.giemsa({"predict", "cells/ig", "--model", "run"}));
}

TEST(OutputErrors, PlacesWhereNothingCanBeMade) {
  const TestFolder folder;
  folder.make_cells("cells", 3);
  folder.make_model("model");
  folder.write("file", kOlder);
  std::filesystem::create_directory(folder.path("folder"));
  std::vector<BadCall> calls{
      {{"inspect", "cells", "--out", "file/inspection"}, {"'file/inspection'", "a file, not a folder"}},
      {{"split", "cells", "--out", "file/split.csv"}, {"'file/split.csv'", "a file, not a folder"}},
      {{"split", "cells", "--out", "nowhere/split.csv"}, {"'nowhere/split.csv'", "check the spelling"}},
      {{"split", "cells", "--out", "folder"}, {"'folder'", "name a file"}},
      {{"split", "cells", "--out", "/dev/null"}, {"'/dev/null'", "not a regular file"}},
      {{"synth", "file/cells"}, {"'file/cells", "a file, not a folder"}},
      {{"synth", "/proc/cells"}, {"'/proc/cells"}},
      {{"evaluate", "cells", "--model", "model", "--out", "file/evaluation"}, {"'file/evaluation'"}},
      {{"evaluate", "cells", "--model", "model", "--out", "/proc/evaluation"}, {"'/proc/evaluation'"}},
  };
  if (std::filesystem::exists(giemsa_train())) {
    calls.push_back({{"train", "cells", "--recipe", "quickstart", "--out", "file/run"}, {"'file/run'"}});
    calls.push_back({{"train", "cells", "--recipe", "quickstart", "--out", "/proc/run"}, {"'/proc/run'"}});
  }
  expect_failures(folder, ErrorKind::Io, calls);
  EXPECT_EQ(folder.read("file"), kOlder);
}

/// Calls that answer on standard output, with short answers and long ones.
std::vector<std::vector<std::string>> printers() {
  std::vector<std::vector<std::string>> calls{
      {"predict", "cells/ig/ig_00001.png", "--model", "model"},
      {"predict", "cells", "--model", "model", "--format", "json"},
      {"inspect", "cells"},
      {"split", "cells", "--out", "split.csv"},
      {"models"},
      {"config", "--markdown"},
      {"--help"},
      {"--version"},
  };
  if (std::filesystem::exists(giemsa_train())) calls.push_back({"train", "--help"});
  return calls;
}

TEST(OutputErrors, StandardOutput) {
  const TestFolder folder;
  folder.make_cells("cells", 6);
  folder.make_model("model");
  for (const char* out : {"/dev/full", ""}) {
    for (const auto& call : printers()) {
      SCOPED_TRACE(::testing::PrintToString(call) + (*out ? " to a full disk" : " to a closed stream"));
      expect_failure(folder.giemsa(call, {.out = out}), ErrorKind::Io, {"standard output cannot be written"});
    }
  }
}

TEST(OutputErrors, TalkThatIsLostStopsNothing) {
  const TestFolder folder;
  folder.make_cells("cells", 6);
  for (const char* err : {"/dev/full", ""}) {
    EXPECT_EQ(folder.giemsa({"inspect", "cells", "--out", "inspection"}, {.err = err}).exit_code, 0) << err;
    EXPECT_EQ(folder.read("inspection/findings.csv"), "record,reason,evidence\n");
    EXPECT_EQ(folder.giemsa({"inspect", "nowhere"}, {.err = err}).exit_code, exit_code(ErrorKind::Io)) << err;
  }
}

}  // namespace
}  // namespace giemsa::testing
