#include "giemsa/train/class_balance.h"

#include <fmt/format.h>

#include "giemsa/balance/class_weights.h"
#include "giemsa/balance/sampling.h"
#include "giemsa/core/csv.h"

namespace giemsa {

std::vector<ClassBalance> class_balance(const std::vector<std::string>& classes,
                                        std::span<const std::int64_t> labels, const TrainOptions& options) {
  std::vector<std::size_t> counts(classes.size()), drawn(classes.size());
  for (const std::int64_t label : labels) ++counts[label];
  const auto draws = draw_epoch(options.sampling, labels, static_cast<std::uint64_t>(options.seed), 1);
  for (const EpochDraw& draw : draws) ++drawn[labels[draw.member]];
  const auto weights = class_weights(options.class_weights, counts, options.effective_beta);
  std::vector<ClassBalance> balance;
  for (std::size_t k = 0; k < classes.size(); ++k)
    balance.push_back({classes[k], counts[k], weights[k], drawn[k]});
  return balance;
}

std::string class_balance_csv(std::span<const ClassBalance> classes) {
  std::string text;
  append_csv_row(text, {"class", "pictures", "weight", "drawn"});
  for (const auto& [name, pictures, weight, drawn] : classes) {
    append_csv_row(text, {name, std::to_string(pictures), shortest(weight), std::to_string(drawn)});
  }
  return text;
}

std::vector<std::string> class_balance_lines(std::span<const ClassBalance> classes) {
  std::vector<std::string> lines{
      fmt::format("{:<20} {:>8} {:>8} {:>15}", "class", "pictures", "weight", "drawn per epoch")};
  for (const auto& [name, pictures, weight, drawn] : classes)
    lines.push_back(fmt::format("{:<20} {:>8} {:>8.4f} {:>15}", name, pictures, weight, drawn));
  return lines;
}

}  // namespace giemsa
