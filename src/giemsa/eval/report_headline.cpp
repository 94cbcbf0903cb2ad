#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"

namespace giemsa::report {
namespace {

std::string tile(std::string_view name, const std::string& value, std::string_view meaning) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd><dd class=\"meaning\">{}</dd></div>\n", name, value,
                     meaning);
}

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

std::string pairs(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string rows;
  for (const auto& [name, text] : items) {
    rows += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(name), escape_html(text));
  }
  return rows.empty() ? rows : fmt::format("<dl class=\"pairs\">\n{}</dl>\n", rows);
}

}  // namespace

std::string headline(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  const std::string log_loss = std::isfinite(e.log_loss) ? fmt::format("{:.4f}", e.log_loss) : "–";
  return fmt::format(
      "<header>\n<p class=\"kind\">Evaluation report</p>\n<h1>{}</h1>\n<p class=\"summary\">{}</p>\n"
      "<dl class=\"tiles\">\n{}{}{}{}{}</dl>\n</header>\n",
      escape_html(input.title), summary(input), tile("Accuracy", per_cent(e.accuracy), "all pictures alike"),
      tile("Balanced accuracy", per_cent(e.balanced_accuracy), "mean recall of the classes"),
      tile("Macro F1", per_cent(e.macro.f1), "every class alike"),
      tile("ROC AUC", per_cent(e.roc_auc), "one class against the rest, macro"),
      tile("Log-loss", log_loss, "nats per picture; 0 is best"));
}

std::string card_section(const ReportInput& input) {
  if (input.card.empty() && input.made.empty() && input.config_toml.empty()) return {};
  std::string html = "<section id=\"card\">\n<h2>Model card</h2>\n" + pairs(input.card);
  if (!input.made.empty() || !input.config_toml.empty())
    html += "<h3>How it was made</h3>\n" + pairs(input.made);
  if (!input.config_toml.empty()) {
    html += fmt::format("<details><summary>config.toml</summary><pre>{}</pre></details>\n",
                        escape_html(input.config_toml));
  }
  return html + "</section>\n";
}

}  // namespace giemsa::report
