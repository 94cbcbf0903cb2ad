// Command lines and configurations that ask for something impossible: exit code 2, and what to write instead.

#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

TEST(Usage, CommandLineThatCannotBeParsed) {
  const TestFolder folder;
  folder.write("file.txt", "");
  expect_failures(
      folder, ErrorKind::Usage,
      {
          {{}, {"command is required", "giemsa --help"}},
          {{"predcit", "cells"}, {"takes no command 'predcit'", "did you mean 'predict'?", "giemsa --help"}},
          {{"predict", "cells", "--modle", "run"}, {"no option '--modle'", "did you mean '--model'?"}},
          {{"predict", "cells", "--modle=run"}, {"no option '--modle'", "giemsa predict --help"}},
          {{"calibrate", "cells"}, {"--model is required", "giemsa calibrate --help"}},
          {{"predict", "cells", "--model", "run", "--format", "xml"}, {"--format", "xml", "csv,json"}},
          {{"predict", "cells", "--model", "run", "--threads", "-1"}, {"--threads", "0 to 1024"}},
          {{"inspect", "cells", "more"}, {"giemsa inspect takes no further argument 'more'"}},
          {{"models", "show", "mobilenet"}, {"there is no network 'mobilenet'", "'mobilenet_v2'"}},
          {{"models", "--classes", "1"}, {"--classes", "2 to 10000"}},
          {{"models", "show", "convnext_tiny", "--size", "16"}, {"32 to 4096 px", "16 px"}},
          {{"config", "quikstart"}, {"there is no recipe 'quikstart'", "'quickstart'"}},
          {{"synth", "cells", "--size", "16"}, {"size 16 px", "32 to 512", "--size 96"}},
          {{"synth", "cells", "--per-class", "0"}, {"0 pictures per class", "--per-class 100"}},
          {{"synth", "file.txt"}, {"'file.txt' is a file", "name another folder"}},
      });
}

TEST(Usage, FoldersAreNotWrittenOver) {
  const TestFolder folder;
  folder.write("cells/notes.txt", "mine");
  expect_failures(folder, ErrorKind::Usage, {{{"synth", "cells"}, {"'cells' exists and is not empty"}}});
  EXPECT_EQ(folder.files("cells"), std::vector<std::string>{"notes.txt"});
}

TEST(Usage, SplitRatios) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  expect_failures(folder, ErrorKind::Usage,
                  {
                      {{"split", "cells", "--out", "s.csv", "--ratios", "80"}, {"'80'", "80/20"}},
                      {{"split", "cells", "--out", "s.csv", "--ratios", "80/-10/30"}, {"'80/-10/30'"}},
                      {{"split", "cells", "--out", "s.csv", "--ratios", "a/b"}, {"'a/b'", "81/9/10"}},
                  });
  EXPECT_FALSE(folder.has("s.csv"));
}

TEST(Usage, TrainingConfiguration) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;
  folder.make_cells("cells", 3);
  folder.write("key.toml", "[data]\ninput_px = 32\n\n[train]\nbach = 8\n");
  folder.write("range.toml", "[model]\ndropout = 2\n");
  folder.write("type.toml", "[train]\nseed = \"one\"\n");
  folder.write("broken.toml", "[train]\nseed 1\n");
  const auto train = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"train", "cells", "--out", "run"});
    return more;
  };
  expect_failures(
      folder, ErrorKind::Usage,
      {
          {train({"--recipe", "quikstart"}), {"no recipe 'quikstart'", "did you mean 'quickstart'?"}},
          {train({"--recipe", "key.toml"}),
           {"key.toml, line 5", "unknown key 'train.bach'", "did you mean 'train.batch'?"}},
          {train({"--recipe", "range.toml"}), {"range.toml, line 2", "model.dropout = 2", "from 0 to 0.99"}},
          {train({"--recipe", "type.toml"}), {"type.toml, line 2", "train.seed", "whole number"}},
          {train({"--recipe", "broken.toml"}), {"broken.toml, line 2", "not TOML"}},
          {train({"--set", "train.bach=8"}), {"--set train.bach=8", "did you mean 'train.batch'?"}},
          {train({"--set", "train.batch=1"}), {"train.batch=1", "whole number, from 2 to 65536"}},
          {train({"--set", "train.batch=many"}), {"train.batch=many", "whole number, from 2 to 65536"}},
          {train({"--set", "stages.2.lr=1"}), {"stages.2.lr=1", "counted from 0 to 1"}},
          {train({"--set", "train.select=acuracy"}), {"did you mean 'accuracy'?"}},
          {train({"--model", "mobilnet_v2"}), {"no network 'mobilnet_v2'", "did you mean 'mobilenet_v2'?"}},
          {train({"--recipe", "quickstart", "--set", "data.input_px=16"}), {"32 to 4096 px", "16 px"}},
          {train({"--recipe", "quickstart", "--set", "train.batch=60"}),
           {"batch of 60", "--set train.batch=8"}},
          {{"train", "--set", "train.batch=8", "cells", "--out", "run"}, {"'cells' is not key=value"}},
          {{"train", "cells"}, {"--out is required", "giemsa train --help"}},
      });
  EXPECT_FALSE(folder.has("run/config.toml"));  // nothing that looks like a run
}

TEST(Usage, Resume) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;
  folder.make_cells("cells", 3);
  folder.write("run/config.toml", "");
  folder.write("empty/notes.txt", "");
  const auto resume = [](const std::string& run, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"train", "cells", "--resume", "--out", run});
    return more;
  };
  const std::vector<std::string> own{"the run's own configuration", "leave out --recipe, --set"};
  expect_failures(folder, ErrorKind::Usage,
                  {
                      {resume("nowhere"), {"nowhere holds no run", "leave out --resume"}},
                      {resume("empty"), {"empty holds no run", "leave out --resume"}},
                      {resume("run", {"--set", "train.batch=8"}), own},
                      {resume("run", {"--recipe", "quickstart"}), own},
                      {resume("run", {"--model", "mobilenet_v2"}), own},
                      {resume("run", {"--seed", "2"}), own},
                      {{"train", "cells", "--out", "run"}, {"run already holds a run", "--resume"}},
                  });
}

}  // namespace
}  // namespace giemsa::testing
