// Data that cannot be used, and data that is not there: exit codes 3 and 4, and what to do.

#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

/// The calls that read DATA, with whatever else they need; all must refuse bad data alike.
std::vector<std::vector<std::string>> readers_of(const std::string& data) {
  std::vector<std::vector<std::string>> calls{
      {"inspect", data},
      {"split", data, "--out", "split.csv"},
      {"evaluate", data, "--model", "model", "--out", "evaluation"},
  };
  if (std::filesystem::exists(giemsa_train())) {
    calls.push_back({"train", data, "--recipe", "quickstart", "--out", "run"});
  }
  return calls;
}

void expect_refused(const TestFolder& folder, const std::string& data, ErrorKind kind,
                    const std::vector<std::string>& says) {
  for (const auto& call : readers_of(data)) {
    SCOPED_TRACE(::testing::PrintToString(call));
    expect_failure(folder.giemsa(call), kind, says);
  }
  for (const char* made : {"split.csv", "evaluation", "run"}) EXPECT_FALSE(folder.has(made)) << made;
}

TEST(DataErrors, EveryCommandRefusesWhatIsNoData) {
  const TestFolder folder;
  folder.make_model("model");
  std::filesystem::create_directory(folder.path("empty"));
  std::filesystem::create_directories(folder.path("hollow/ig"));
  folder.write("loose/a.png", "");
  folder.write("notes.txt", "");
  folder.write("header.csv", "path,label\n");
  expect_refused(folder, "nowhere", ErrorKind::Io, {"nowhere: No such file", "class folders"});
  expect_refused(folder, "empty", ErrorKind::Data,
                 {"empty: no class folder found", "one subfolder per class"});
  expect_refused(folder, "hollow", ErrorKind::Data,
                 {"hollow/ig: the class folder holds no picture", "remove"});
  expect_refused(folder, "loose", ErrorKind::Data, {"one subfolder per class", "name the folder above it"});
  expect_refused(folder, "notes.txt", ErrorKind::Data, {"notes.txt: not a kind of data set", ".npz"});
  expect_refused(folder, "header.csv", ErrorKind::Data, {"header.csv: no pictures are listed"});
}

TEST(DataErrors, ArraysThatAreNoPictures) {
  const std::string golden = GIEMSA_TEST_DATA "/npz/";
  const TestFolder folder;
  std::filesystem::copy(golden + "reports.npz", folder.path("cut.npz"));
  folder.cut("cut.npz");
  folder.write("text.npz", "this is no archive");
  expect_failures(folder, ErrorKind::Data,
                  {
                      {{"inspect", "cut.npz"}, {"cut.npz: not a whole .npz archive", "copy the file again"}},
                      {{"inspect", "text.npz"}, {"text.npz: not a whole .npz archive"}},
                      {{"inspect", golden + "bad_channels.npz"}, {"shape (2, 4, 6, 4)", "[N, H, W, 3]"}},
                      {{"inspect", golden + "bad_float.npz"}, {"bad_float.npz: images", "<f4"}},
                      {{"inspect", golden + "bad_count.npz"}, {"shape (3)", "[2]", "one label per picture"}},
                      {{"inspect", golden + "bad_negative.npz"}, {"label -1 at index 1"}},
                      {{"inspect", golden + "bad_keys.npz"}, {"x, y", "images and labels"}},
                      {{"inspect", golden + "bad_huge.npz"}, {"bad_huge.npz: images"}},
                  });
}

TEST(DataErrors, Manifest) {
  const TestFolder folder;
  folder.write("columns.csv", "file,label\na.png,ig\n");
  folder.write("twice.csv", "path,label\na.png,ig\na.png,ig\n");
  folder.write("part.csv", "path,label,split\na.png,ig,training\n");
  expect_failures(folder, ErrorKind::Data,
                  {
                      {{"inspect", "columns.csv"}, {"columns.csv", "path", "file"}},
                      {{"inspect", "twice.csv"}, {"record 2", "'a.png' is listed twice"}},
                      {{"inspect", "part.csv"}, {"record 1", "part 'training'", "train, val, test"}},
                  });
}

/// A split.csv of three records of each class, by the part of each.
std::string split_text_of(const std::vector<std::string>& parts) {
  std::string text = "path,label,split\n";
  for (const std::string_view name : kCellClassNames) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      text += std::string(name) + "/" + std::string(name) + "_0000" + std::to_string(i + 1) + ".png," +
              std::string(name) + "," + parts[i] + "\n";
    }
  }
  return text;
}

TEST(DataErrors, Split) {
  const TestFolder folder;
  folder.make_cells("cells", 3);
  folder.make_model("model");
  const std::string good = split_text_of({"train", "val", "test"});
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  folder.write("good.csv", good);
  folder.write("missing.csv", changed("ig/ig_00001.png", "ig/ig_00009.png"));
  folder.write("label.csv", changed("ig_00001.png,ig", "ig_00001.png,monocyte"));
  folder.write("part.csv", changed("ig,val", "ig,valid8"));
  folder.write("one_part.csv",
               changed("ig_00001.png,ig,train\nig/ig_00002.png,ig,val\nig/ig_00003.png,ig,test",
                       "ig_00001.png,ig,train\nig/ig_00002.png,ig,train"));
  folder.write("no_val.csv", split_text_of({"train", "train", "test"}));
  const auto evaluate = [](const std::string& split) {
    return std::vector<std::string>{"evaluate",     "cells", "--model", "model",
                                    "--split-file", split,   "--out",   "evaluation"};
  };
  expect_success(folder.giemsa(evaluate("good.csv")));
  expect_failures(
      folder, ErrorKind::Data,
      {
          {evaluate("missing.csv"), {"missing.csv, record", "'ig/ig_00009.png' is not in the data set"}},
          {evaluate("label.csv"), {"labelled 'monocyte' there and 'ig'", "correct one"}},
          {evaluate("part.csv"), {"part 'valid8'", "train, val, test"}},
          {evaluate("one_part.csv"), {"class 'ig' occurs only in the train part", "at least two"}},
          {evaluate("no_val.csv"), {"the val part is empty"}},
      });
  expect_failures(folder, ErrorKind::Io, {{evaluate("nowhere.csv"), {"'nowhere.csv'", "No such file"}}});
  GIEMSA_NEEDS_TRAIN();
  expect_failures(folder, ErrorKind::Data,
                  {{{"train", "cells", "--recipe", "quickstart", "--split", "one_part.csv", "--out", "run"},
                    {"class 'ig' occurs only in the train part"}}});
}

TEST(DataErrors, TooFewPicturesToDivide) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  expect_failures(folder, ErrorKind::Data,
                  {{{"split", "cells", "--out", "split.csv"},
                    {"class 'basophil' has 2 records", "3 parts need at least 3", "add pictures"}}});
  EXPECT_FALSE(folder.has("split.csv"));
}

TEST(DataErrors, ClassesThatTheModelDoesNotKnow) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.make_model("model");
  std::filesystem::rename(folder.path("cells/platelet"), folder.path("cells/blast"));
  expect_failures(folder, ErrorKind::Data,
                  {{{"evaluate", "cells", "--model", "model", "--out", "evaluation"},
                    {"class 'blast', the model does not", "basophil, eosinophil"}}});
}

TEST(DataErrors, Predict) {
  const TestFolder folder;
  folder.make_model("model");
  std::filesystem::create_directory(folder.path("empty"));
  expect_failures(folder, ErrorKind::Data,
                  {{{"predict", "empty", "--model", "model"}, {"no picture below empty", ".png"}}});
  expect_failures(folder, ErrorKind::Io,
                  {{{"predict", "nowhere.png", "--model", "model"}, {"nowhere.png does not exist"}},
                   {{"predict", std::string(5000, 'a'), "--model", "model"}, {"File name too long"}}});
}

}  // namespace
}  // namespace giemsa::testing
