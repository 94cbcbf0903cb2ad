#pragma once
#include <string>
#include <utility>
#include <vector>

#include "data/made_source.h"
#include "giemsa/core/random.h"
#include "giemsa/split/groups.h"

namespace giemsa::testing {

/// How a random data set is made.
struct MadeGroupsOptions {
  int classes = 3;
  int singles_per_class = 20;  ///< at least; up to twice as many
  int groups_per_class = 4;    ///< at most
  int largest_group = 8;       ///< records
  double mixed = 0;            ///< share of a group's records that are of any other class
  bool subjects = false;       ///< every second group is a subject; otherwise a list
};

/// Records, and what has to stay together: lists of duplicates and subjects.
struct MadeGroups {
  std::vector<std::string> classes;
  std::vector<Record> records;
  std::vector<std::vector<std::size_t>> together;

  MadeSource source() const { return {classes, records}; }
  RecordGroups groups() const { return join_groups(records, together); }

  MadeGroups(std::uint64_t seed, const MadeGroupsOptions& options) {
    Random random({seed, fnv1a("made groups")});
    const auto any = [&](int low, int high) {
      return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
    };
    const auto add = [&](int label, std::string subject) {
      const std::string id = std::to_string(random.bits()) + ".png";
      records.push_back({.id = id, .path = id, .label = label, .subject = std::move(subject)});
      return records.size() - 1;
    };
    for (int k = 0; k < options.classes; ++k) classes.push_back("class " + std::to_string(k));
    for (int k = 0; k < options.classes; ++k) {
      const int singles = any(options.singles_per_class, 2 * options.singles_per_class);
      for (int i = 0; i < singles; ++i) add(k, "");
      for (int g = any(0, options.groups_per_class); g > 0; --g) {
        const bool as_subject = options.subjects && g % 2 == 0;
        const std::string subject = as_subject ? "s" + std::to_string(random.bits()) : "";
        std::vector<std::size_t> list;
        for (int size = any(2, options.largest_group); size > 0; --size) {
          list.push_back(add(random.chance(options.mixed) ? any(0, options.classes - 1) : k, subject));
        }
        if (!as_subject) together.push_back(std::move(list));
      }
    }
    shuffle_records(random);
  }

  /// The same data set with its records in another order.
  void shuffle_records(Random& random) {
    std::vector<std::size_t> order(records.size()), place(records.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    random.shuffle(std::span(order));
    std::vector<Record> shuffled;
    for (std::size_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      shuffled.push_back(records[order[i]]);
    }
    records = std::move(shuffled);
    for (auto& list : together) {
      for (std::size_t& record : list) record = place[record];
    }
    random.shuffle(std::span(together));
  }
};

}  // namespace giemsa::testing
