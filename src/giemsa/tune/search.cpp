#include "giemsa/tune/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/tune/halving.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {
namespace {

/// The table of trials is the same wherever the search lies.
std::string without(std::string text, const std::string& folder) {
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
  return text;
}

/// Trains the trials that wait, and notes what became of them.
class Rung {
 public:
  Rung(Search& search, const Trainer& trainer, const SearchObserver& observer)
      : search_(search), observer_(observer) {
    for (std::size_t i = 0; i < search.trials.size(); ++i) {
      if (search.trials[i].status != TrialStatus::Waiting) continue;
      waiting_.push_back(i);
      jobs_.push_back(training_job(
          trainer, {.folder = search.run_folder(i),
                    .recipe = search.folder / "recipe.toml",
                    .settings = settings_of(search.space, i, search.trials[i].values),
                    .stop_after = search.rungs[static_cast<std::size_t>(search.trials[i].rung)]}));
    }
  }

  void run(int at_once) {
    if (observer_.rung_begun) observer_.rung_begun(search_.trials[waiting_.front()].rung, waiting_.size());
    run_jobs(jobs_, {.at_once = at_once, .seconds = 60 * search_.options.limit_minutes},
             {.ended = [this](std::size_t job, const JobEnd& end) { note(job, end); },
              .ticked = [this](std::span<const std::size_t> running) { tell(running); }});
  }

 private:
  std::vector<double> curve(std::size_t trial) const {
    return metric_curve(search_.run_folder(trial) / "metrics.jsonl", search_.options.metric);
  }

  void note(std::size_t job, const JobEnd& end) {
    Trial& trial = search_.trials[waiting_[job]];
    trial.reason = without(failure_reason(end, jobs_[job].log), search_.folder.string() + "/");
    require(end.exit_code != exit_code(ErrorKind::Io), ErrorKind::Io,
            fmt::format("[search] trial {}: {}", waiting_[job], trial.reason),
            fmt::format("{} says more; --resume goes on", jobs_[job].log.string()));
    require(waiting_[job] != 0 || end.exit_code != exit_code(ErrorKind::Usage), ErrorKind::Usage,
            fmt::format("[search] the recipe itself does not train: {}", trial.reason),
            "giemsa train with the same recipe says more");
    const std::vector<double> figures = curve(waiting_[job]);
    trial.epochs = static_cast<std::int64_t>(figures.size());
    trial.figure = best_of(figures, search_.options.metric);
    trial.seconds += end.seconds;
    trial.status = end.success() ? TrialStatus::Trained : TrialStatus::Failed;
    write_trials(search_.folder / "trials.csv", search_.trials, search_.option_names(),
                 search_.options.metric);
    ++done_;
    if (observer_.ended) observer_.ended(waiting_[job]);
  }

  void tell(std::span<const std::size_t> running) const {
    if (!observer_.running) return;
    std::vector<RunningTrial> trials;
    for (const std::size_t job : running) {
      const std::vector<double> figures = curve(waiting_[job]);
      trials.push_back({waiting_[job], figures.size(),
                        figures.empty() ? std::numeric_limits<double>::quiet_NaN() : figures.back()});
    }
    observer_.running(trials, done_);
  }

  Search& search_;
  const SearchObserver& observer_;
  std::vector<std::size_t> waiting_;  ///< job → trial
  std::vector<Job> jobs_;
  std::size_t done_ = 0;
};

[[noreturn]] void fail_without_figures(const Search& search) {
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    if (search.trials[i].reason.empty()) continue;
    throw Error(ErrorKind::Data,
                fmt::format("[search] no trial came to a figure; trial {}: {}", i, search.trials[i].reason),
                fmt::format("{}/train.log says more", search.run_folder(i).string()));
  }
  throw Error(ErrorKind::Data, "[search] no trial came to a figure");
}

}  // namespace

std::filesystem::path Search::run_folder(std::size_t trial) const {
  return folder / "trials" / fmt::format("{:03}", trial);
}

std::vector<std::string> Search::option_names() const {
  std::vector<std::string> names;
  for (const SpaceEntry& entry : space) names.push_back(entry.key);
  return names;
}

Config Search::config_of(std::size_t trial) const {
  Config config = recipe;
  for (const std::string& setting : settings_of(space, trial, trials[trial].values)) {
    apply_setting(config, setting);
  }
  return config;
}

void run_search(Search& search, const Trainer& trainer, int jobs, const SearchObserver& observer) {
  const auto rungs = static_cast<std::int64_t>(search.rungs.size());
  while (advance(search.trials, rungs, search.options.eta, search.options.metric)) {
    // The promotions are on the disk before anything is trained by them.
    write_trials(search.folder / "trials.csv", search.trials, search.option_names(), search.options.metric);
    Rung(search, trainer, observer).run(jobs);
  }
  write_trials(search.folder / "trials.csv", search.trials, search.option_names(), search.options.metric);
  if (ranked(search.trials, search.options.metric).empty()) fail_without_figures(search);
}

}  // namespace giemsa
