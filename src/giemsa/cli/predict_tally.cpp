#include "giemsa/cli/predict_tally.h"

#include <algorithm>
#include <utility>

#include "giemsa/cli/predict_format.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

constexpr std::size_t kMostFindings = 1000;

}  // namespace

void PredictTally::add(Verdict verdict, int answer) {
  if (verdict == Verdict::Answered || answer_all_)
    count_.add(static_cast<std::size_t>(answer));
  else
    verdict == Verdict::Unlike ? count_.add_unlike() : count_.add_unsure();
}

void PredictTally::add_row(const std::vector<std::string>& fields) {
  const std::string& predicted = fields.at(1);
  if (predicted == kAbstain) {
    fields.at(2).starts_with("unlike") ? count_.add_unlike() : count_.add_unsure();
    return;
  }
  const auto found = std::ranges::find(classes_, predicted);
  require(found != classes_.end(), ErrorKind::Usage,
          fmt::format("[resume] the row of '{}' names the class '{}', which the model does not have",
                      printable(fields.at(0)), printable(predicted)),
          "remove the file to begin anew");
  count_.add(static_cast<std::size_t>(found - classes_.begin()));
}

void PredictTally::add(Finding finding) {
  count_.add_unreadable();
  if (findings_.size() < kMostFindings) findings_.push_back(std::move(finding));
}

void PredictTally::say_all() const {
  if (count_.abstained() > 0) {
    say("abstained from {} of {}: {} unlike the cells it was trained on, {} not sure", count_.abstained(),
        count_.readable(), count_.unlike(), count_.unsure());
  }
  say_findings(findings_);
  if (more_findings() > 0) say("and {} further pictures that cannot be used", more_findings());
  if (count_.readable() > 1) say("differential count:\n{}", differential_count_table(count_));
}

}  // namespace giemsa
