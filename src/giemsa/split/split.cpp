#include "giemsa/split/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/hash.h"
#include "giemsa/split/allotment.h"

namespace giemsa {
namespace {

constexpr std::array kParts{Part::Train, Part::Val, Part::Test};
constexpr std::size_t kPartCount = kParts.size();

std::size_t column(Part part) { return static_cast<std::size_t>(part) - 1; }

}  // namespace

std::vector<std::size_t> Split::members(Part part) const {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == part) numbers.push_back(i);
  }
  return numbers;
}

Split make_split(const Source& source, const SplitRatios& ratios, std::uint64_t seed,
                 const RecordGroups& groups) {
  const auto shares = shares_of(ratios);
  const std::size_t wanted = ratios.test > 0 ? 3 : 2;
  const auto counts = count_units(find_units(source, groups));
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const auto& [records, units] = counts[k];
    require(units >= wanted, ErrorKind::Data,
            fmt::format("[split] class '{}' has {} records{}; {} parts need at least {}", source.classes()[k],
                        records, units < records ? fmt::format(" in {} groups", units) : "", wanted, wanted),
            "add pictures of that class, or leave the class out");
  }
  Split split;
  for (const int part : allot(source, shares, groups, seed, "split"))
    split.parts.push_back(part < 0 ? Part::None : kParts[static_cast<std::size_t>(part)]);
  return split;
}

Split official_split(const Source& source) {
  Split split;
  for (const auto& record : source.records()) split.parts.push_back(record.official);
  if (std::ranges::all_of(split.parts, [](Part part) { return part == Part::None; })) {
    throw Error(ErrorKind::Data, "[split] the data set names no split of its own",
                "give a split file, or let giemsa make one from shares such as 81/9/10");
  }
  return split;
}

std::string split_hash(const Split& split, const Source& source) {
  const auto records = source.records();
  require(split.parts.size() == records.size(), ErrorKind::Internal, "[split] made for another source");
  std::vector<std::size_t> order(records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) -> const std::string& { return records[i].id; });
  Sha256 hash;
  constexpr std::string_view kEnd("\0", 1);  // cannot occur in a path
  for (const std::size_t i : order) {
    const int label = records[i].label;
    hash.update(records[i].id);
    hash.update(kEnd);
    hash.update(source.class_name(label));
    hash.update(kEnd);
    hash.update(part_name(split.parts[i]));
    hash.update(kEnd);
  }
  return hash.hex();
}

std::vector<std::array<std::size_t, 3>> count_split(const Split& split, const Source& source) {
  const auto records = source.records();
  require(split.parts.size() == records.size(), ErrorKind::Internal, "[split] made for another source");
  std::vector<std::array<std::size_t, 3>> counts(source.classes().size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (split.parts[i] == Part::None || records[i].label < 0) continue;
    ++counts[static_cast<std::size_t>(records[i].label)][column(split.parts[i])];
  }
  return counts;
}

Deviation largest_deviation(const Split& split, const Source& source, const SplitRatios& ratios) {
  const auto shares = shares_of(ratios);
  const auto counts = count_split(split, source);
  Deviation largest;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const auto total = static_cast<double>(counts[k][0] + counts[k][1] + counts[k][2]);
    for (const Part part : kParts) {
      const double records = static_cast<double>(counts[k][column(part)]) - shares[column(part)] * total;
      if (std::abs(records) > std::abs(largest.records)) largest = {records, k, part};
    }
  }
  return largest;
}

void check_split(const Split& split, const Source& source) {
  const auto counts = count_split(split, source);
  std::array<std::size_t, kPartCount> totals{};
  for (const auto& row : counts) {
    for (std::size_t p = 0; p < kPartCount; ++p) totals[p] += row[p];
  }
  for (const Part part : {Part::Train, Part::Val}) {
    require(totals[column(part)] > 0, ErrorKind::Data,
            fmt::format("[split] the {} part is empty", part_name(part)));
  }
  for (std::size_t k = 0; k < counts.size(); ++k) {
    std::vector<std::string> present;
    for (const Part part : kParts) {
      if (counts[k][column(part)] > 0) present.push_back(part_name(part));
    }
    if (present.size() >= 2) {
      require(counts[k][column(Part::Train)] > 0, ErrorKind::Data,
              fmt::format("[split] class '{}' has no picture in the train part", source.classes()[k]),
              "make a stratified split, or leave the class out");
      continue;
    }
    const std::string where = present.empty() ? "in no part" : "only in the " + present[0] + " part";
    throw Error(
        ErrorKind::Data,
        fmt::format("[split] class '{}' occurs {}; it is needed in at least two", source.classes()[k], where),
        "make a stratified split, or leave the class out");
  }
}

}  // namespace giemsa
