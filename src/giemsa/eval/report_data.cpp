#include <algorithm>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"

namespace giemsa::report {
namespace {

std::size_t sum(const std::array<std::size_t, 3>& counts) { return counts[0] + counts[1] + counts[2]; }

std::vector<std::string> row(const std::string& name, const std::array<std::size_t, 3>& counts) {
  std::vector<std::string> cells = {name};
  for (const std::size_t count : {counts[0], counts[1], counts[2], sum(counts)})
    cells.push_back(with_thousands(static_cast<long long>(count)));
  return cells;
}

}  // namespace

Chapter data_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  Chapter chapter("data", "Data", figures);
  if (input.counts.empty()) return chapter;
  std::array<std::size_t, 3> sums{};
  std::size_t largest = 1;
  for (const auto& counts : input.counts) {
    for (std::size_t part = 0; part < 3; ++part) sums[part] += counts[part];
    largest = std::max(largest, sum(counts));
  }
  page::Table table{
      .heads = {"Class", "Train", "Val", "Test", "All"}, .rows = {}, .foot = {row("all", sums)}};
  for (std::size_t k = 0; k < input.counts.size(); ++k) {
    table.rows.push_back(row(input.predictions.classes[k], input.counts[k]));
    table.bars.push_back(static_cast<double>(sum(input.counts[k])) / static_cast<double>(largest));
  }
  chapter.note(
      "Pictures of each class in the three parts. The network learns from train; val chooses among its "
      "states; test is for the last look, after every choice is made.");
  chapter.table(table);
  return chapter;
}

}  // namespace giemsa::report
