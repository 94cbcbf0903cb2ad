#include "giemsa/anomalies/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"
#include "giemsa/stats/discriminant.h"
#include "giemsa/stats/kd_tree.h"
#include "giemsa/stats/standardise.h"

namespace giemsa {
namespace {

constexpr std::size_t kParts = 4;
constexpr std::size_t kLeastMembers = 8;
/// Records that one thread finds the neighbours of at a time.
constexpr std::size_t kChunk = 64;
/// A label to which the discriminant gives this probability needs no second opinion.
constexpr float kBeyondDoubt = 0.9f;

using Parts = std::array<std::vector<std::size_t>, kParts>;

/// Each class of at least kLeastMembers dealt out evenly, in an order that looks random; members ascend.
Parts deal(std::span<const int> labels, int classes) {
  std::vector<std::vector<std::size_t>> members(static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= -1 && labels[i] < classes, ErrorKind::Data,
            fmt::format("[inspect] record {} has label {}; there are {} classes", i, labels[i], classes));
    if (labels[i] >= 0) members[static_cast<std::size_t>(labels[i])].push_back(i);
  }
  Parts parts;
  std::size_t next = 0;
  for (auto& of_class : members) {
    if (of_class.size() < kLeastMembers) continue;
    std::ranges::sort(of_class, {}, [](std::size_t i) { return mix64(i); });
    for (const std::size_t i : of_class) parts[next++ % kParts].push_back(i);
  }
  for (auto& part : parts) std::ranges::sort(part);
  return parts;
}

struct Vote {
  std::size_t record = 0;
  float weight = 0;
};

/// A record whose label the discriminant doubts.
struct Doubtful {
  std::size_t record = 0, part = 0;
  std::vector<float> by_discriminant;  ///< [K]
  std::vector<Vote> votes;
};

/// Everything that one part is predicted from: the other parts' records, in the space that they span.
class Others {
 public:
  Others(std::span<const float> rows, const Parts& parts, std::size_t left_out, const ClassSums& sums)
      : discriminant_(sums),
        places_(discriminant_.places(rows)),
        tree_(places_of_others(parts, left_out), discriminant_.dimensions()) {}

  /// By the discriminant alone. out: [K].
  void predict(std::size_t record, std::span<float> out) const { discriminant_.predict(place(record), out); }

  /// The records that lie nearest to one, with their weights by distance.
  std::vector<Vote> votes_on(std::size_t record, std::size_t neighbours) const {
    std::vector<KdTree::Neighbour> found;
    tree_.nearest(place(record), neighbours, std::numeric_limits<float>::infinity(), found);
    const float farthest = std::max(found.back().squared_distance, std::numeric_limits<float>::min());
    std::vector<Vote> votes;
    votes.reserve(found.size());
    for (const auto& [squared_distance, point] : found)
      votes.push_back({records_[point], std::exp(-squared_distance / farthest)});
    return votes;
  }

 private:
  std::span<const float> place(std::size_t record) const {
    const std::size_t m = discriminant_.dimensions();
    return {&places_[record * m], m};
  }

  std::vector<float> places_of_others(const Parts& parts, std::size_t left_out) {
    const std::size_t m = discriminant_.dimensions();
    std::vector<float> points;
    for (std::size_t part = 0; part < kParts; ++part) {
      if (part == left_out) continue;
      for (const std::size_t record : parts[part]) {
        points.insert(points.end(), &places_[record * m], &places_[record * m] + m);
        records_.push_back(record);
      }
    }
    return points;
  }

  std::vector<std::size_t> records_;  ///< that are the tree's points
  Discriminant discriminant_;
  std::vector<float> places_;  ///< of all records
  KdTree tree_;
};

/// The mean of what the discriminant and the neighbours say. belief: how far each record's label is believed.
void count_votes(const Doubtful& doubtful, std::span<const int> labels, std::span<const float> belief,
                 std::span<float> out) {
  std::vector<double> votes(out.size());
  double all = std::numeric_limits<double>::min();
  for (const auto& [record, weight] : doubtful.votes) {
    const double vote = static_cast<double>(belief[record] * weight);
    votes[static_cast<std::size_t>(labels[record])] += vote;
    all += vote;
  }
  for (std::size_t c = 0; c < out.size(); ++c)
    out[c] = static_cast<float>((static_cast<double>(doubtful.by_discriminant[c]) + votes[c] / all) / 2);
}

}  // namespace

LikenessPredictions predict_by_likeness(const FeatureMatrix& features, std::span<const int> labels,
                                        int classes, std::size_t neighbours, int threads) {
  require(
      labels.size() == features.rows && classes > 0 && neighbours > 0, ErrorKind::Internal,
      fmt::format("[inspect] {} labels of {} classes for {} records", labels.size(), classes, features.rows));
  const auto k = static_cast<std::size_t>(classes);
  LikenessPredictions result{std::vector<float>(features.rows * k), std::vector<char>(features.rows)};
  const Parts parts = deal(labels, classes);
  const bool two_classes =
      std::ranges::any_of(parts[0], [&](std::size_t i) { return labels[i] != labels[parts[0][0]]; });
  if (!two_classes) return result;

  const std::vector<float> rows = standardised(features, feature_scales(features, 0));
  std::array<ClassSums, kParts> sums;
  parallel_for(kParts, threads, [&](std::size_t part) {
    sums[part] = class_sums(rows, features.columns, labels, k, parts[part]);
  });
  std::array<std::unique_ptr<const Others>, kParts> others;
  parallel_for(kParts, threads, [&](std::size_t part) {
    ClassSums sum{features.columns, std::vector<double>(k), std::vector<double>(k * features.columns),
                  std::vector<double>(features.columns * features.columns)};
    for (std::size_t other = 0; other < kParts; ++other)
      if (other != part) sum.add(sums[other]);
    others[part] = std::make_unique<const Others>(rows, parts, part, sum);
  });
  std::vector<Doubtful> doubtful;
  for (std::size_t part = 0; part < kParts; ++part) {
    for (const std::size_t record : parts[part]) {
      const auto answer = std::span(result.probabilities).subspan(record * k, k);
      others[part]->predict(record, answer);
      result.known[record] = true;
      if (answer[static_cast<std::size_t>(labels[record])] < kBeyondDoubt)
        doubtful.push_back({record, part, {answer.begin(), answer.end()}, {}});
    }
  }
  parallel_for((doubtful.size() + kChunk - 1) / kChunk, threads, [&](std::size_t chunk) {
    for (std::size_t i = chunk * kChunk; i < std::min(doubtful.size(), (chunk + 1) * kChunk); ++i)
      doubtful[i].votes = others[doubtful[i].part]->votes_on(doubtful[i].record, neighbours);
  });
  // Twice: a label that the first round contradicts has little say in the second.
  std::vector<float> belief(features.rows, 1);
  for (int round = 0; round < 2; ++round) {
    for (const Doubtful& doubt : doubtful)
      count_votes(doubt, labels, belief, std::span(result.probabilities).subspan(doubt.record * k, k));
    for (std::size_t i = 0; i < belief.size(); ++i)
      if (result.known[i]) belief[i] = result.probabilities[i * k + static_cast<std::size_t>(labels[i])];
  }
  return result;
}

}  // namespace giemsa
