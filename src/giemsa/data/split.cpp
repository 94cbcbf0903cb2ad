#include "giemsa/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/hash.h"
#include "giemsa/core/random.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

constexpr std::array kParts{Part::Train, Part::Val, Part::Test};
constexpr std::size_t kPartCount = kParts.size();

std::size_t column(Part part) { return static_cast<std::size_t>(part) - 1; }

/// How `count` records are shared out: the whole parts of the shares, the rest by largest remainder (earlier
/// part first on ties), then one record for every part that is wanted but would be empty.
std::array<std::size_t, kPartCount> share_out(std::size_t count,
                                              const std::array<double, kPartCount>& shares) {
  std::array<std::size_t, kPartCount> sizes{};
  std::array<double, kPartCount> remainders{};
  std::size_t left = count;
  for (std::size_t p = 0; p < kPartCount; ++p) {
    const double exact = shares[p] * static_cast<double>(count);
    sizes[p] = std::min(left, static_cast<std::size_t>(exact));
    remainders[p] = exact - static_cast<double>(sizes[p]);
    left -= sizes[p];
  }
  for (; left > 0; --left) {
    const auto p = static_cast<std::size_t>(std::ranges::max_element(remainders) - remainders.begin());
    ++sizes[p];
    remainders[p] -= 1;
  }
  for (std::size_t p = 0; p < kPartCount; ++p) {
    if (sizes[p] > 0 || shares[p] <= 0) continue;
    --*std::ranges::max_element(sizes);
    ++sizes[p];
  }
  return sizes;
}

/// Numbers of the records of each class, sorted by id.
std::vector<std::vector<std::size_t>> members_by_class(const Source& source) {
  const auto records = source.records();
  std::vector<std::vector<std::size_t>> members(source.classes().size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].label >= 0) members[static_cast<std::size_t>(records[i].label)].push_back(i);
  }
  for (auto& list : members)
    std::ranges::sort(list, {}, [&](std::size_t i) -> const std::string& { return records[i].id; });
  return members;
}

}  // namespace

std::vector<std::size_t> Split::members(Part part) const {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == part) numbers.push_back(i);
  }
  return numbers;
}

SplitRatios parse_ratios(const std::string& text) {
  const auto fail = [&] {
    throw Error(
        ErrorKind::Usage,
        fmt::format("[split] ratios '{}'; positive numbers such as 81/9/10 or 80/20 are expected", text));
  };
  std::vector<double> values;
  for (const auto& word : split_text(text, '/')) {
    double value = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value) || value <= 0) fail();
    values.push_back(value);
  }
  if (values.size() != 2 && values.size() != 3) fail();
  return {values[0], values[1], values.size() == 3 ? values[2] : 0};
}

Split make_split(const Source& source, const SplitRatios& ratios, std::uint64_t seed) {
  const double sum = ratios.train + ratios.val + ratios.test;
  require(ratios.train > 0 && ratios.val > 0 && ratios.test >= 0 && std::isfinite(sum), ErrorKind::Usage,
          fmt::format("[split] shares {}/{}/{}; train and val must be positive, test not negative",
                      ratios.train, ratios.val, ratios.test));
  const std::array<double, kPartCount> shares{ratios.train / sum, ratios.val / sum, ratios.test / sum};
  const std::size_t wanted = ratios.test > 0 ? 3 : 2;

  Split split;
  split.parts.assign(source.records().size(), Part::None);
  auto members = members_by_class(source);
  for (std::size_t k = 0; k < members.size(); ++k) {
    const std::string& name = source.classes()[k];
    if (members[k].size() < wanted) {
      throw Error(ErrorKind::Data,
                  fmt::format("[split] class '{}' has {} records; {} parts need at least {}", name,
                              members[k].size(), wanted, wanted),
                  "add pictures of that class, or leave the class out");
    }
    Random random({seed, fnv1a("split"), fnv1a(name)});
    random.shuffle(std::span(members[k]));
    auto next = members[k].begin();
    const auto sizes = share_out(members[k].size(), shares);
    for (std::size_t p = 0; p < kPartCount; ++p) {
      for (std::size_t n = 0; n < sizes[p]; ++n) split.parts[*next++] = kParts[p];
    }
  }
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
    hash.update(label < 0 ? std::string() : source.classes()[static_cast<std::size_t>(label)]);
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
