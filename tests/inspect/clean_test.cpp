#include "giemsa/inspect/clean.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// An inspection put together by hand: pictures "r0", "r1", … of the classes a, b, c, each content once
/// unless made a copy.
struct Made {
  explicit Made(std::vector<int> labels) {
    inspection.classes = {"a", "b", "c"};
    inspection.labels = std::move(labels);
    for (std::size_t i = 0; i < inspection.labels.size(); ++i) {
      Record record;
      record.id = fmt::format("r{}", i);
      record.label = inspection.labels[i];
      records.push_back(record);
      inspection.pictures.emplace_back();
      inspection.pictures[i].pixels.low = inspection.pictures[i].stored.low = i;
      inspection.pictures[i].width = inspection.pictures[i].height = 100;
    }
    settle();
  }

  Made& copy(std::size_t record, std::size_t of) {
    inspection.pictures[record].pixels = inspection.pictures[of].pixels;
    inspection.pictures[record].stored = inspection.pictures[of].stored;
    return settle();
  }
  Made& near(std::size_t a, std::size_t b) {
    pairs.push_back({.a = a, .b = b, .similarity = 0.97f});
    return settle();
  }
  Made& find(std::size_t record, std::string reason) {
    inspection.findings.push_back({records[record].id, std::move(reason), "because"});
    return *this;
  }

  Made& settle() {
    inspection.groups = group_duplicates(inspection.pictures, inspection.labels, pairs);
    inspection.distinct = distinct_pictures(inspection.pictures);
    inspection.label_doubts.assign(inspection.distinct.size(), {});
    return *this;
  }

  /// "r0", "r3 as b": what stays.
  std::vector<std::string> stays(const CleanOptions& options = {}) const {
    std::vector<std::string> names;
    const auto decisions = decide(inspection, records, options);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (!decisions[i].stays) continue;
      const bool relabelled = decisions[i].label != records[i].label;
      names.push_back(
          records[i].id +
          (relabelled ? " as " + inspection.classes.at(static_cast<std::size_t>(decisions[i].label)) : ""));
    }
    return names;
  }

  std::vector<Record> records;
  std::vector<NearPair> pairs;
  Inspection inspection;
};

TEST(Decide, WithoutFindingsAllStays) {
  const Made made({0, 1, -1});
  EXPECT_THAT(made.stays(), ElementsAre("r0", "r1", "r2"));
  EXPECT_EQ(decide(made.inspection, made.records, {})[0].reason, "");
}

TEST(Decide, KeepsOneOfIdenticalPictures) {
  Made made({0, 0, 0, 1});
  made.copy(1, 0).copy(2, 0);
  EXPECT_THAT(made.stays(), ElementsAre("r0", "r3"));
  EXPECT_THAT(made.stays({.identical = "keep"}), ElementsAre("r0", "r1", "r2", "r3"));
  EXPECT_THAT(made.stays({.identical = "drop"}), ElementsAre("r3"));
  const auto decisions = decide(made.inspection, made.records, {});
  EXPECT_EQ(decisions[1].reason, "identical_file");
  EXPECT_EQ(decisions[1].evidence, "r0 stays");
}

TEST(Decide, KeepsTheLargestOfNearDuplicatesThatAreEquallyCommon) {
  Made made({0, 0, 0});
  made.near(0, 1).near(1, 2);
  made.inspection.pictures[0].width = 50;
  made.inspection.pictures[1].width = 200;
  EXPECT_THAT(made.stays(), ElementsAre("r1"));
  EXPECT_THAT(made.stays({.near_duplicates = "keep"}), ElementsAre("r0", "r1", "r2"));
}

TEST(Decide, KeepsTheOneThatIsStoredAsMostOfTheSet) {
  Made made({0, 0, 0, 0});
  made.near(0, 1);
  for (const std::size_t larger : {0, 1}) {  // once the first, once the second is the larger one
    Made other = made;
    other.inspection.pictures[larger].width = 200;
    EXPECT_THAT(other.stays(), ElementsAre(larger == 0 ? "r1" : "r0", "r2", "r3"));
  }
  made.inspection.pictures[0].form = 7;  // encoded with other tables
  EXPECT_THAT(made.stays(), ElementsAre("r1", "r2", "r3"));
}

TEST(Decide, NoneOfContradictingPicturesStays) {
  Made made({0, 1, 0, 2});
  made.copy(1, 0).copy(2, 0);
  made.find(0, "conflicting_label").find(1, "conflicting_label").find(2, "conflicting_label");
  EXPECT_THAT(made.stays(), ElementsAre("r3"));
  EXPECT_THAT(made.stays({.conflicting = "majority"}), ElementsAre("r0", "r3"));
  EXPECT_THAT(made.stays({.identical = "keep", .conflicting = "majority"}), ElementsAre("r0", "r2", "r3"));
  EXPECT_EQ(decide(made.inspection, made.records, {})[2].reason, "conflicting_label");
}

TEST(Decide, WithoutMajorityNoneStays) {
  Made made({0, 1});
  made.near(0, 1).find(0, "conflicting_label").find(1, "conflicting_label");
  EXPECT_THAT(made.stays({.conflicting = "majority"}), IsEmpty());
}

TEST(Decide, ByDefaultOnlyWhatIsCertainGoes) {
  for (const auto& [reason, goes] : {std::pair{"corrupt", true},
                                     {"unreadable", true},
                                     {"repeated", true},
                                     {"constant", true},
                                     {"non_cell", true},
                                     {"dark", false},
                                     {"bright", false},
                                     {"low_information", false},
                                     {"blurred", false},
                                     {"outlier", false},
                                     {"label_error", false}}) {
    Made made({0});
    made.find(0, reason);
    EXPECT_EQ(made.stays().empty(), goes) << reason;
  }
}

TEST(Decide, AFaultOfTheContentHoldsForItsCopies) {
  Made made({0, 0, 0});
  made.copy(1, 0).find(0, "non_cell");
  EXPECT_THAT(made.stays(), ElementsAre("r2"));
  EXPECT_EQ(decide(made.inspection, made.records, {})[1].reason, "non_cell");
}

TEST(Decide, WhatGoesForAnotherReasonIsNotTheOneThatStays) {
  Made made({0, 0});
  made.near(0, 1).find(0, "blurred");
  EXPECT_THAT(made.stays({.blurred = "drop"}), ElementsAre("r1"));
}

TEST(Decide, RelabelsWhereAsked) {
  Made made({0, 1});
  made.find(0, "label_error");
  made.inspection.label_doubts[0].suggested = 2;
  EXPECT_THAT(made.stays({.label_errors = "relabel"}), ElementsAre("r0 as c", "r1"));
  EXPECT_THAT(made.stays({.label_errors = "drop"}), ElementsAre("r1"));
}

TEST(Decide, AWrongLabelIsOneOnTheCopiesThatCarryIt) {
  Made made({0, 0, 1, 1});
  made.copy(1, 0).copy(2, 0).find(0, "label_error");
  made.inspection.label_doubts[0].suggested = 2;
  EXPECT_THAT(made.stays({.identical = "keep", .conflicting = "keep", .label_errors = "drop"}),
              ElementsAre("r2", "r3"));
  EXPECT_THAT(made.stays({.identical = "keep", .conflicting = "keep", .label_errors = "relabel"}),
              ElementsAre("r0 as c", "r1 as c", "r2", "r3"));
  EXPECT_THAT(made.stays({.conflicting = "keep", .label_errors = "relabel"}),
              ElementsAre("r0 as c", "r2", "r3"));
}

TEST(Decide, KeptContradictionsLoseNoLabel) {
  Made made({0, 0, 1, 1, 2});
  made.copy(1, 0).copy(2, 0).copy(3, 0).near(0, 4);
  EXPECT_THAT(made.stays({.conflicting = "keep"}), ElementsAre("r0", "r2", "r4"));
  EXPECT_THAT(made.stays({.near_duplicates = "drop", .conflicting = "keep"}), ElementsAre("r0", "r2", "r4"));
}

TEST(Decide, PicturesWithoutLabelGoWithThoseOfTheOnlyOne) {
  Made made({0, -1, -1});
  made.copy(1, 0).near(0, 2);
  EXPECT_THAT(made.stays(), ElementsAre("r0"));
}

TEST(Decide, AContradictionNeedsNoFinding) {
  Made made({0, 1});
  made.copy(1, 0);
  EXPECT_THAT(made.stays(), IsEmpty());
}

TEST(CleanPolicy, IsReadAndWritten) {
  CleanPolicy policy;
  const auto describe_policy = [&](OptionVisitor& visit) { describe(visit, policy); };
  apply_toml(describe_policy, "[clean]\nblurred = \"drop\"\n[inspect]\nrepeated_from = 3\n", "mine.toml");
  EXPECT_EQ(policy.clean.blurred, "drop");
  EXPECT_EQ(policy.inspect.repeated_from, 3);
  EXPECT_THAT(to_toml(describe_policy, true), HasSubstr("blurred = \"drop\""));
  EXPECT_THROW(apply_setting(describe_policy, "clean.blurred=perhaps"), Error);
}

}  // namespace
}  // namespace giemsa
