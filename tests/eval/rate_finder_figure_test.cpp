#include "giemsa/eval/rate_finder_figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <vector>

#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;

TEST(RateFinderFigure, KeepsTheDrawingItsScriptAndItsData) {
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "needs the program gnuplot (Debian: gnuplot-nox)";
  const TemporaryFolder folder;
  const std::vector<double> rates{1e-4, 1e-3, 1e-2, 1e-1},
      losses{2, 1.5, 0.75, std::numeric_limits<double>::infinity()}, smoothed{2, 1.5, 1};
  const std::string svg = draw_rate_finder(folder.path(), {rates, losses, smoothed, 3e-3, 1e-3});
  EXPECT_THAT(svg, HasSubstr("steepest 0.003"));
  EXPECT_THAT(svg, HasSubstr("lowest / 10 0.001"));
  EXPECT_EQ(read_text(folder.path() / "learning_rate.svg", 1 << 20), svg);
  EXPECT_EQ(read_text(folder.path() / "learning_rate.csv", 1 << 20),
            "rate,loss,smoothed\n0.0001,2,2\n0.001,1.5,1.5\n0.01,0.75,1\n0.1,nan,nan\n");
  EXPECT_THAT(read_text(folder.path() / "learning_rate.gp", 1 << 20), HasSubstr("set logscale x"));
}

}  // namespace
}  // namespace giemsa
