#include "giemsa/tune/halving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Halving, RungsGoDownFromTheWholeTraining) {
  struct Case {
    std::int64_t epochs, min_epochs, eta;
    std::vector<std::int64_t> rungs;
  };
  const Case cases[] = {
      {27, 1, 3, {1, 3, 9, 27}},
      {27, 2, 3, {3, 9, 27}},
      {30, 1, 3, {1, 3, 10, 30}},
      {9, 9, 3, {9}},
      {8, 1, 2, {1, 2, 4, 8}},
      {8, 2, 4, {2, 8}},
      {1, 1, 3, {1}},
      {10, 1, 4, {1, 3, 10}},
      {2, 1, 3, {1, 2}},
      {100, 5, 10, {10, 100}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(rung_epochs(c.epochs, c.min_epochs, c.eta), c.rungs) << c.epochs << " " << c.min_epochs;
  }
}

TEST(Halving, RejectsImpossibleRungs) {
  const auto message = [](std::int64_t epochs, std::int64_t min_epochs, std::int64_t eta) -> std::string {
    try {
      rung_epochs(epochs, min_epochs, eta);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_THAT(message(9, 1, 1), HasSubstr("--eta 1; at least 2"));
  EXPECT_THAT(message(9, 10, 3), HasSubstr("--min-epochs 10; from 1 to the 9 epochs"));
  EXPECT_THAT(message(9, 0, 3), HasSubstr("--min-epochs 0"));
}

std::vector<Trial> trained(const std::vector<double>& figures) {
  std::vector<Trial> trials;
  for (const double figure : figures)
    trials.push_back({.values = {}, .status = TrialStatus::Trained, .figure = figure});
  return trials;
}

TEST(Halving, PromotesTheBestAndTheRecipe) {
  const double none = std::nan("");
  struct Case {
    std::vector<double> figures;
    std::int64_t eta;
    const char* metric;
    std::vector<std::size_t> promoted;
  };
  const Case cases[] = {
      {{.5, .9, .6, .8, .1, .7}, 3, "accuracy", {0, 1, 3}},  // trial 0 takes nobody's place
      {{.95, .9, .6, .8, .1, .7}, 3, "accuracy", {0, 1}},    // and has one of its own where it is good
      {{.5, .9, .6, .8, .1, .7}, 3, "loss", {0, 4}},
      {{.5, .9, .6, .8, .1, .7}, 2, "accuracy", {0, 1, 3, 5}},
      {{.5, .9}, 3, "accuracy", {0, 1}},                         // at least one
      {{.5, .7, .7, .7, .2, .1, .7}, 3, "accuracy", {0, 1, 2}},  // equals: the lower number
      {{none, none, .7, none, .2, .1}, 3, "accuracy", {2, 4}},
      {{none, none, none}, 3, "accuracy", {}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(promoted(trained(c.figures), 0, c.eta, c.metric), c.promoted) << c.figures.size() << c.metric;
  }
}

TEST(Halving, CountsPlacesFromAllTrials) {
  auto trials = trained({.1, .2, .3, .4, .5, .6, .7, .8, .9, .15, .25, .35, .45, .55, .65, .75, .85, .95});
  for (const std::size_t i : {4, 5, 6, 7, 8, 17}) trials[i].rung = 1;
  EXPECT_THAT(promoted(trials, 1, 3, "accuracy"), ElementsAre(8, 17));  // 18 / 9 of those in rung 1
  trials[17].status = TrialStatus::Failed;
  EXPECT_THAT(promoted(trials, 1, 3, "accuracy"), ElementsAre(7, 8));
}

std::vector<std::string> states(const std::vector<Trial>& trials) {
  std::vector<std::string> texts;
  for (const Trial& t : trials) texts.push_back(status_name(t.status) + std::to_string(t.rung));
  return texts;
}

TEST(Halving, AdvancesRungByRung) {
  auto trials = trained({.5, .9, .6, .8, .1, .7});
  trials[5].status = TrialStatus::Waiting;
  EXPECT_TRUE(advance(trials, 3, 3, "accuracy"));  // not before the last of the rung has ended
  EXPECT_EQ(trials[0].status, TrialStatus::Trained);
  trials[5].status = TrialStatus::Failed;

  EXPECT_TRUE(advance(trials, 3, 3, "accuracy"));
  EXPECT_THAT(states(trials),
              ElementsAre("waiting1", "waiting1", "dropped0", "waiting1", "dropped0", "failed0"));
  EXPECT_TRUE(advance(trials, 3, 3, "accuracy"));  // nothing changes while they train
  for (const std::size_t i : {0, 1, 3}) trials[i].status = TrialStatus::Trained;
  trials[3].figure = .95;

  EXPECT_TRUE(advance(trials, 3, 3, "accuracy"));
  EXPECT_THAT(states(trials),
              ElementsAre("waiting2", "dropped1", "dropped0", "waiting2", "dropped0", "failed0"));
  for (const std::size_t i : {0, 3}) trials[i].status = TrialStatus::Trained;
  EXPECT_FALSE(advance(trials, 3, 3, "accuracy"));
  EXPECT_THAT(states(trials),
              ElementsAre("complete2", "dropped1", "dropped0", "complete2", "dropped0", "failed0"));
  EXPECT_FALSE(advance(trials, 3, 3, "accuracy"));
  EXPECT_THAT(ranked(trials, "accuracy"), ElementsAre(3, 0));
}

TEST(Halving, OneRungIsTheWholeOfARandomSearch) {
  auto trials = trained({.5, .9, .6});
  trials[1].status = TrialStatus::Failed;
  EXPECT_FALSE(advance(trials, 1, 3, "accuracy"));
  EXPECT_THAT(states(trials), ElementsAre("complete0", "failed0", "complete0"));
  EXPECT_THAT(ranked(trials, "accuracy"), ElementsAre(2, 0));
  EXPECT_THAT(ranked(trials, "loss"), ElementsAre(0, 2));
}

TEST(Halving, EndsWhenNobodyCanGoOn) {
  auto trials = trained({std::nan(""), std::nan("")});
  EXPECT_FALSE(advance(trials, 3, 3, "accuracy"));
  EXPECT_THAT(states(trials), ElementsAre("dropped0", "dropped0"));
  EXPECT_THAT(ranked(trials, "accuracy"), IsEmpty());
}

}  // namespace
}  // namespace giemsa
