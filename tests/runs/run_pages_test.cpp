#include "giemsa/runs/run_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "giemsa/core/error.h"
#include "runs/run_folders.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

#define NEEDS_GNUPLOT                                         \
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) \
  GTEST_SKIP() << "needs the program gnuplot (Debian: gnuplot-nox)"

class RunPages : public ::testing::Test {
 protected:
  TrainingRun run(const std::string& name, const std::vector<double>& accuracies) const {
    testing::write_run(folder_.path() / name, testing::two_stages(), accuracies);
    return open_run(folder_.path() / name);
  }
  std::string shown(const TrainingRun& run) const {
    write_run_page(html(), run, read_run_data(run.folder));
    return read_text(html());
  }
  std::string compared(const std::vector<TrainingRun>& runs) const {
    write_comparison_page(html(), runs);
    return read_text(html());
  }
  fs::path html() const { return folder_.path() / "out/page.html"; }
  std::string beside(const std::string& name) const {
    return read_text(folder_.path() / "out/page_figures" / name);
  }
  static std::size_t drawings(const std::string& page) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = page.find("<svg ", at)) != std::string::npos; ++at) ++count;
    return count;
  }
  TemporaryFolder folder_;
};

TEST_F(RunPages, ShowCurvesWithTheirStages) {
  NEEDS_GNUPLOT;
  const std::string page = shown(run("a<b", {.5, .6, .8, .7}));
  EXPECT_EQ(drawings(page), 4u);
  for (const char* part : {"a&lt;b", "Loss (lower is better)", "Learning rate", "80.00\u00a0%",
                           "epoch 4 of 6, unfinished; best: epoch 3", "&lt;x&gt;",
                           "<dt>stages.1.lr</dt><dd>0.002</dd>", "<dt>processors</dt><dd>2</dd>"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(page, Not(HasSubstr("<x>")));
  EXPECT_EQ(beside("loss.csv"),
            "epoch,training,validation\n1,2,0.5\n2,1,0.4\n3," +
                std::string("0.6666666666666666,0.19999999999999996\n4,0.5,0.30000000000000004\n"));
  EXPECT_THAT(beside("accuracy.gp"), HasSubstr("set arrow from 2.5,"));  // the second stage
  EXPECT_THAT(beside("accuracy.gp"), HasSubstr("set arrow from 3,"));    // the model
}

TEST_F(RunPages, ShowARunWithoutEpochs) {
  const std::string page = shown(run("a", {}));
  EXPECT_EQ(drawings(page), 0u);
  EXPECT_THAT(page, HasSubstr("epoch 0 of 6, unfinished"));
}

TEST_F(RunPages, ShowWhatIsLeftOfABrokenRun) {
  NEEDS_GNUPLOT;
  TrainingRun broken = run("a", {.5, .6});
  for (EpochRecord& record : broken.epochs) record.val_loss = std::numeric_limits<double>::quiet_NaN();
  for (EpochRecord& record : broken.epochs) record.val_auc = std::numeric_limits<double>::infinity();
  broken.config.reset();
  broken.problems = {"unknown key '<i>'"};
  const std::string page = shown(broken);
  EXPECT_EQ(drawings(page), 4u);
  EXPECT_THAT(page, HasSubstr("Broken: unknown key &#39;&lt;i&gt;&#39;"));
}

TEST_F(RunPages, CompareRunsInOneFigureEach) {
  NEEDS_GNUPLOT;
  std::vector<TrainingRun> runs = {run("a", {.5, .6, .8}), run("b", {.5}), run("c", {}), run("d", {.1, .2})};
  runs[1].config->train.batch = 8;
  const std::string page = compared(runs);
  EXPECT_EQ(drawings(page), 6u);
  for (const char* part :
       {"4 runs side by side", "<th scope=\"row\">train.batch</th><td>64</td><td>8</td><td>64</td>",
        "<th scope=\"row\">best accuracy</th><td>0.8000</td><td>0.5000</td><td>–</td>"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_EQ(beside("val_accuracy.csv"), "epoch,1,2,4\n1,0.5,0.5,0.1\n2,0.6,nan,0.2\n3,0.8,nan,nan\n");
}

TEST_F(RunPages, CompareAsManyAsCanBeToldApart) {
  const std::vector<TrainingRun> runs(kMostCompared + 1, run("a", {.5}));
  EXPECT_THROW(compared(runs), Error);
}

}  // namespace
}  // namespace giemsa
