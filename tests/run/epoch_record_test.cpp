#include "giemsa/run/epoch_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using testing::error_of;
using ::testing::HasSubstr;

const EpochRecord kFirst{.epoch = 1,
                         .stage = "head",
                         .lr = 3e-3,
                         .train_loss = 1.0 / 3,
                         .train_accuracy = 0.875,
                         .val_loss = 0.25,
                         .val_accuracy = 0.9375,
                         .val_balanced_accuracy = 0.5,
                         .val_macro_f1 = 0.625,
                         .val_auc = 0.75,
                         .images_per_second = 123.5,
                         .seconds = 60.25,
                         .best = true};

class Metrics : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "metrics.jsonl"; }
  std::string fault(const std::string& text) const {
    write_atomic(path(), text);
    return error_of(ErrorKind::Data, [&] { read_metrics(path()); });
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Metrics, AreOneJsonObjectPerLine) {
  write_metrics(path(), {kFirst});
  EXPECT_EQ(read_text(path()),
            R"({"epoch":1,"stage":"head","lr":0.003,"train_loss":0.3333333333333333,"train_accuracy":0.875,)"
            R"("val_loss":0.25,"val_accuracy":0.9375,"val_balanced_accuracy":0.5,"val_macro_f1":0.625,)"
            R"("val_auc":0.75,"images_per_second":123.5,"seconds":60.25,"best":true})"
            "\n");
}

TEST_F(Metrics, ReadBackTheSame) {
  EpochRecord second = kFirst;
  second.epoch = 2;
  second.stage = "all \"µ\"";
  second.best = false;
  second.val_loss = std::numeric_limits<double>::quiet_NaN();
  write_metrics(path(), {kFirst, second});
  const std::vector<EpochRecord> records = read_metrics(path());
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].epoch, 1);
  EXPECT_EQ(records[0].stage, "head");
  EXPECT_EQ(records[0].lr, kFirst.lr);
  EXPECT_EQ(records[0].train_loss, kFirst.train_loss);
  EXPECT_EQ(records[0].train_accuracy, kFirst.train_accuracy);
  EXPECT_EQ(records[0].val_loss, kFirst.val_loss);
  EXPECT_EQ(records[0].val_accuracy, kFirst.val_accuracy);
  EXPECT_EQ(records[0].images_per_second, kFirst.images_per_second);
  EXPECT_EQ(records[0].seconds, kFirst.seconds);
  EXPECT_TRUE(records[0].best);
  EXPECT_EQ(records[1].stage, second.stage);
  EXPECT_FALSE(records[1].best);
  EXPECT_TRUE(std::isnan(records[1].val_loss)) << "a diverged run can be read";
  write_metrics(path(), {});
  EXPECT_TRUE(read_metrics(path()).empty());
}

TEST_F(Metrics, AMalformedLineIsNamed) {
  write_metrics(path(), {kFirst});
  const std::string line = read_text(path());
  const struct {
    std::string third;
    const char* part;
  } kCases[] = {
      {"{\"epoch\":3", "parse error"},
      {"", "parse error"},
      {"not json", "parse error"},
      {"{\"epoch\":3}", "key 'stage' not found"},
      {"[]", "cannot use at()"},
      {line.substr(0, line.find("\"lr\"")) + "\"lr\":\"fast\"" + line.substr(line.find(",\"train_loss\"")),
       "must be number"},
      {"{\"epoch\":\"three\"" + line.substr(line.find(",\"stage\"")), "must be number"},
  };
  for (const auto& [third, part] : kCases) {
    EXPECT_THAT(fault(line + line + third + "\n" + line),
                AllOf(HasSubstr("[metrics] " + path().string() + " line 3: "), HasSubstr(part)))
        << third;
  }
}

TEST_F(Metrics, AnAbsentFileIsAnIoError) {
  error_of(ErrorKind::Io, [&] { read_metrics(path()); });
}

TEST(SelectionFigure, IsTheNamedOneAndMoreIsBetter) {
  const std::pair<const char*, double> kCases[] = {
      {"accuracy", 0.9375}, {"loss", -0.25}, {"balanced_accuracy", 0.5}, {"macro_f1", 0.625}, {"auc", 0.75}};
  ASSERT_EQ(selection_metrics().size(), std::size(kCases));
  for (const auto& [name, figure] : kCases) EXPECT_EQ(selection_figure(kFirst, name), figure) << name;
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { selection_figure(kFirst, "acuracy"); }),
              AllOf(HasSubstr("no validation figure 'acuracy'"), HasSubstr("did you mean 'accuracy'?")));
}

}  // namespace
}  // namespace giemsa
