#include "giemsa/data/inspect.h"

#include <atomic>
#include <optional>

#include "giemsa/core/csv.h"
#include "giemsa/core/file.h"
#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"

namespace giemsa {
namespace {

/// What is kept of one picture; integers, so that sums do not depend on their order.
struct Seen {
  std::optional<Finding> finding;
  int width = 0, height = 0;
  std::array<std::uint64_t, 3> sum_rgb{};
};

Seen look_at(const Source& source, std::size_t index) {
  Seen seen;
  const auto picture = load_or_find(source, index, seen.finding);
  if (!picture) return seen;
  seen.width = picture->width();
  seen.height = picture->height();
  const auto& bytes = picture->bytes();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) seen.sum_rgb[c] += bytes[i + c];
  }
  return seen;
}

}  // namespace

Inspection inspect(const Source& source, const ProgressCallback& progress) {
  const auto records = source.records();
  std::vector<Seen> seen(records.size());
  std::atomic<std::uint64_t> done = 0;
  parallel_for(records.size(), 0, [&](std::size_t i) {
    seen[i] = look_at(source, i);
    const std::uint64_t now = ++done;
    if (progress) progress(now, records.size());
  });

  Inspection result;
  result.records = records.size();
  for (const auto& name : source.classes()) result.classes.push_back({.name = name});
  std::vector<std::array<std::uint64_t, 3>> sums(result.classes.size());
  std::vector<std::uint64_t> pixels(result.classes.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (seen[i].finding) {
      result.findings.push_back(std::move(*seen[i].finding));
      continue;
    }
    ++result.sizes[{seen[i].width, seen[i].height}];
    if (records[i].label < 0) continue;
    const auto k = static_cast<std::size_t>(records[i].label);
    ++result.classes[k].count;
    pixels[k] += static_cast<std::uint64_t>(seen[i].width) * static_cast<std::uint64_t>(seen[i].height);
    for (std::size_t c = 0; c < 3; ++c) sums[k][c] += seen[i].sum_rgb[c];
  }
  for (std::size_t k = 0; k < result.classes.size(); ++k) {
    if (pixels[k] == 0) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      result.classes[k].mean_rgb[c] = static_cast<double>(sums[k][c]) / static_cast<double>(pixels[k]);
    }
  }
  return result;
}

void write_findings(const std::filesystem::path& csv, const std::vector<Finding>& findings) {
  std::string text;
  append_csv_row(text, {"record", "reason", "evidence"});
  for (const auto& finding : findings)
    append_csv_row(text, {finding.record, finding.reason, finding.evidence});
  write_atomic(csv, text);
}

}  // namespace giemsa
