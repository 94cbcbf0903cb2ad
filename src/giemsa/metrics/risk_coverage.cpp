#include "giemsa/metrics/risk_coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/metrics/ranking.h"

namespace giemsa {

std::vector<RiskPoint> risk_coverage_curve(std::span<const float> confidence,
                                           std::span<const std::uint8_t> wrong) {
  require(confidence.size() == wrong.size(), ErrorKind::Internal,
          fmt::format("[metrics] {} confidences for {} pictures", confidence.size(), wrong.size()));
  require(std::all_of(confidence.begin(), confidence.end(), [](float c) { return std::isfinite(c); }),
          ErrorKind::Data, "[metrics] a confidence is not a finite number");
  const Ranking ranking = rank_by(confidence);
  std::vector<RiskPoint> curve;
  double errors = 0;
  std::size_t i = 0;
  for (const std::uint32_t end : ranking.ends) {
    for (; i < end; ++i) errors += wrong[ranking.order[i]];
    curve.push_back({static_cast<double>(end) / static_cast<double>(wrong.size()),
                     errors / static_cast<double>(end), confidence[ranking.order[end - 1]]});
  }
  return curve;
}

RiskAreas risk_areas(std::span<const RiskPoint> curve) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (curve.empty()) return {kNaN, kNaN};
  RiskAreas areas;
  RiskPoint before{.coverage = 0, .risk = curve.front().risk};
  for (const RiskPoint& point : curve) {
    const double width = point.coverage - before.coverage;
    areas.aurc += width * (before.risk + point.risk) / 2;
    areas.augrc += width * (before.risk * before.coverage + point.risk * point.coverage) / 2;
    before = point;
  }
  return areas;
}

}  // namespace giemsa
