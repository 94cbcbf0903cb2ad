// Class weights, sampling and groups in a training.

#include "giemsa/train/class_balance.h"

#include <algorithm>

#include "core/error_matchers.h"
#include "giemsa/split/groups.h"
#include "giemsa/split/split.h"
#include "giemsa/train/training_data.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A split of cells() whose train part has six pictures of the first class and one of each other.
void write_uneven_split(const fs::path& csv) {
  std::string text = "path,split\n";
  for (const Record& record : cells().records()) {
    const int number = record.id[record.id.size() - 5] - '0';  // 1 to 8
    const char* part = number == 8 ? "val" : number == 1 || (record.label == 0 && number < 7) ? "train" : "";
    text += record.id + "," + part + "\n";
  }
  write_atomic(csv, text);
}

TEST(ClassBalance, CountsPicturesWeightsAndDraws) {
  const std::vector<std::int64_t> labels{0, 0, 0, 0, 0, 0, 1, 1, 2};
  const std::vector<std::string> names{"a", "b,c", "d"};
  const struct {
    const char *sampling, *weights, *csv;
  } kCases[] = {
      {"natural", "none", "a,6,1,6\n\"b,c\",2,1,2\nd,1,1,1\n"},
      {"natural", "balanced", "a,6,0.5,6\n\"b,c\",2,1.5,2\nd,1,3,1\n"},
      {"balanced", "none", "a,6,1,3\n\"b,c\",2,1,3\nd,1,1,3\n"},
      {"oversample", "balanced", "a,6,0.5,6\n\"b,c\",2,1.5,6\nd,1,3,6\n"},
  };
  for (const auto& [sampling, weights, csv] : kCases) {
    const auto balance = class_balance(names, labels, {.sampling = sampling, .class_weights = weights});
    EXPECT_EQ(class_balance_csv(balance), std::string("class,pictures,weight,drawn\n") + csv);
    EXPECT_THAT(class_balance_lines(balance), ::testing::SizeIs(4));
  }
  EXPECT_THAT(class_balance_lines(class_balance({"a"}, std::vector<std::int64_t>{0, 0}, {})),
              ElementsAre("class                pictures   weight drawn per epoch",
                          "a                           2   1.0000               2"));
}

TEST(ClassBalance, EpochsAndScheduleFollowTheSampling) {
  const TemporaryFolder folder;
  write_uneven_split(folder.path() / "split.csv");
  Config config = small_config();
  config.data.split = folder.path() / "split.csv";  // 13 pictures
  config.train.batch = 4;
  config.stages = {{.epochs = 2}};
  const struct {
    const char* sampling;
    std::int64_t steps;
    const char* row;
  } kCases[] = {
      {"natural", 3, "ig,1,1,1\n"}, {"balanced", 3, "ig,1,1,2\n"}, {"oversample", 12, "ig,1,1,6\n"}};
  for (const auto& [sampling, steps, row] : kCases) {
    config.train.sampling = sampling;
    std::int64_t taken = 0;
    std::vector<std::string> said;
    const fs::path run = folder.path() / sampling;
    train(cells(), config, run, {},
          {.say = [&](const std::string& line) { said.push_back(line); },
           .stepped =
               [&](std::int64_t, std::int64_t, std::int64_t of, double, double, double) {
                 ++taken;
                 EXPECT_EQ(of, steps);
               }});
    EXPECT_EQ(taken, 2 * steps) << sampling;
    EXPECT_THAT(read_text(run / "classes.csv"), HasSubstr(row));
    EXPECT_THAT(said, Contains(HasSubstr("drawn per epoch")));
    EXPECT_DOUBLE_EQ(Remains(run).epochs.back().lr, 1e-3 * 0.01) << "the schedule ends with the last step";
  }
}

TEST(ClassBalance, ResumedTrainingsHaveTheSameBits) {
  struct Stop {};
  const TemporaryFolder folder;
  write_uneven_split(folder.path() / "split.csv");
  for (const char* sampling : {"balanced", "oversample"}) {
    Config config = small_config();
    config.data.split = folder.path() / "split.csv";
    config.train.batch = 4;
    config.train.sampling = sampling;
    config.train.class_weights = "effective";
    config.stages = {{.epochs = 3}};
    const fs::path whole = folder.path() / sampling / "whole", cut = folder.path() / sampling / "cut";
    train(cells(), config, whole, {}, {});
    config.train.loader_threads = 2;
    const fs::path threads = folder.path() / sampling / "threads";
    train(cells(), config, threads, {}, {});
    expect_same(Remains(threads), Remains(whole));
    config.train.loader_threads = 0;
    EXPECT_THROW(train(cells(), config, cut, {},
                       {.stepped =
                            [](std::int64_t epoch, std::int64_t step, std::int64_t, double, double, double) {
                              if (epoch == 2 && step == 2) throw Stop{};
                            }}),
                 Stop);
    train(cells(), {}, cut, {.resume = true}, {});
    SCOPED_TRACE(sampling);
    expect_same(Remains(cut), Remains(whole));
    EXPECT_TRUE(Remains(cut).checkpoint == Remains(whole).checkpoint);
  }
}

TEST(ClassBalance, WeightsChangeTheTrainingUnlessTheClassesAreEqual) {
  const TemporaryFolder folder;
  write_uneven_split(folder.path() / "split.csv");
  const auto loss = [&](const char* weights, const fs::path& split) {
    Config config = small_config();
    config.data.split = split;
    config.train.batch = 8;
    config.train.class_weights = weights;
    config.stages = {{.epochs = 1}};
    const fs::path run = folder.path() / (weights + std::string(split.empty() ? "-even" : ""));
    train(cells(), config, run, {}, {});
    return Remains(run).epochs.back().train_loss;
  };
  const double uneven = loss("none", folder.path() / "split.csv"), even = loss("none", {});
  for (const char* weights : {"balanced", "sqrt", "effective"}) {
    EXPECT_GT(std::abs(loss(weights, folder.path() / "split.csv") - uneven), 1e-6) << weights;
    EXPECT_NEAR(loss(weights, {}), even, 1e-5) << weights;
  }
}

TEST(TrainingGroups, StayInOnePart) {
  const TemporaryFolder folder;
  const fs::path csv = folder.path() / "duplicates.csv";
  std::string text = "record,group\nlost.png,7\n";
  const auto records = cells().records();
  for (std::size_t i = 0; i < 24; i += 2) {  // pairs
    text +=
        records[i].id + "," + std::to_string(i) + "\n" + records[i + 1].id + "," + std::to_string(i) + "\n";
  }
  write_atomic(csv, text);
  Config config = small_config();
  config.data.groups = csv;
  config.stages = {{.epochs = 1}};
  std::vector<std::string> said;
  train(cells(), config, folder.path() / "run", {},
        {.say = [&](const std::string& line) { said.push_back(line); }});
  EXPECT_THAT(said, Contains(HasSubstr("12 groups in " + csv.string() + "; 1 of its records")));
  const Split split = read_split(folder.path() / "run/split.csv", cells());
  const RecordGroups groups = join_groups(records, read_groups(csv, cells()).together);
  EXPECT_TRUE(straddling_groups(split, groups).empty());
  EXPECT_EQ(split.members(Part::Train).size(), 48u);

  // A split that divides such a pair is refused.
  Split divided = split;
  for (const std::size_t i : {0, 1}) divided.parts[i] = i == 0 ? Part::Train : Part::Val;
  write_split(folder.path() / "divided.csv", divided, cells());
  config.data.split = folder.path() / "divided.csv";
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { train(cells(), config, folder.path() / "other", {}, {}); }),
              ::testing::AllOf(HasSubstr("1 groups"), HasSubstr(records[0].id + "' in train"),
                               HasSubstr("giemsa split --groups")));
}

TEST(TrainingGroups, ASubjectInTwoPartsIsRefusedWithoutGroups) {
  const TemporaryFolder folder;
  const auto write = [&](const char* column) {
    std::string text = std::string("path,label,subject") + column + "\n";
    for (const Record& record : cells().records()) {
      const int number = record.id[record.id.size() - 5] - '0';  // 1 to 8
      const bool anna = record.label == 0 && number >= 7;
      text += record.path + "," + cells().class_name(record.label) + (anna ? ",anna" : ",") +
              (*column == 0  ? ""
               : number == 8 ? ",val"
                             : ",train") +
              "\n";
    }
    write_atomic(folder.path() / "cells.csv", text);
    return open_source(folder.path() / "cells.csv");
  };
  const auto says = [&](const Source& source, const DataOptions& options) {
    return error_of(ErrorKind::Data, [&] { choose_split(source, options, 1, {}); });
  };
  const auto both =
      ::testing::AllOf(HasSubstr("1 subjects"), HasSubstr("00007.png' in train"),
                       HasSubstr("00008.png' in val"), ::testing::Not(HasSubstr("data.groups")));
  const auto official = write(",split");
  EXPECT_THAT(says(*official, {}), both);
  write_split(folder.path() / "split.csv", official_split(*official), *official);
  const auto plain = write("");
  DataOptions options;
  options.split = folder.path() / "split.csv";
  EXPECT_THAT(says(*plain, options), both);
}

TEST(TrainingData, FindingsOfTheSourceAreKept) {
  const TemporaryFolder folder;
  fs::copy(fs::path(cells().records()[0].path).parent_path().parent_path(), folder.path() / "cells",
           fs::copy_options::recursive);
  write_atomic(folder.path() / "cells/loose.png", std::string_view("beside the classes"));
  Config config = small_config();
  config.stages = {{.epochs = 1}};
  std::vector<std::string> said;
  train(*open_source(folder.path() / "cells"), config, folder.path() / "run", {},
        {.say = [&](const std::string& line) { said.push_back(line); }});
  EXPECT_THAT(read_text(folder.path() / "run/findings.csv"), HasSubstr("\nloose.png,unlabelled,"));
  EXPECT_THAT(said, Contains(HasSubstr("1 entries of the data set cannot be used")));
}

}  // namespace
}  // namespace giemsa::testing
