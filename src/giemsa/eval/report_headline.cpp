#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::counted;
using page::per_cent;

std::int64_t named_rightly(const Evaluation& e) {
  std::int64_t right = 0;
  for (std::size_t k = 0; k < e.confusion.size(); ++k) right += e.confusion[k][k];
  return right;
}

/// The class of which the largest share is missed; none when nothing is.
const ClassScores* hardest_class(const Evaluation& e) {
  const ClassScores* hardest = nullptr;
  for (const ClassScores& s : e.classes) {
    if (s.support > 0 && s.recall < (hardest ? hardest->recall : 1)) hardest = &s;
  }
  return hardest;
}

}  // namespace

std::string summary(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  std::string text =
      fmt::format("Of {}{}, the model named <b>{}</b> rightly: an accuracy of <b>{}</b>.",
                  counted(e.count, "picture", "pictures"),
                  input.part.empty() ? "" : fmt::format(" of the {} part", escape_html(input.part)),
                  with_thousands(named_rightly(e)), per_cent(e.accuracy));
  if (const ClassScores* hardest = hardest_class(e)) {
    text += fmt::format(" The hardest class is <b>{}</b>, of which it found {}.", escape_html(hardest->name),
                        per_cent(hardest->recall));
  }
  return text;
}

std::vector<page::Tile> tiles(const Evaluation& e) {
  return {{"Accuracy", per_cent(e.accuracy), "all pictures alike"},
          {"Balanced accuracy", per_cent(e.balanced_accuracy), "mean recall of the classes"},
          {"Macro F1", per_cent(e.macro.f1), "every class alike"},
          {"ROC AUC", per_cent(e.roc_auc), "one class against the rest, macro"},
          {"Log-loss", std::isfinite(e.log_loss) ? fmt::format("{:.4f}", e.log_loss) : "–",
           "nats per picture; 0 is best"}};
}

page::Section card_section(const ReportInput& input) {
  if (input.card.empty() && input.made.empty() && input.config_toml.empty()) return {};
  std::string html = page::pairs(input.card);
  if (!input.made.empty() || !input.config_toml.empty())
    html += "<h3>How it was made</h3>\n" + page::pairs(input.made);
  if (!input.config_toml.empty()) {
    html += fmt::format("<details><summary>config.toml</summary><pre>{}</pre></details>\n",
                        escape_html(input.config_toml));
  }
  return {"card", "Model card", html};
}

}  // namespace giemsa::report
