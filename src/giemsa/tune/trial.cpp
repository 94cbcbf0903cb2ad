#include "giemsa/tune/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {
namespace {

constexpr std::array<const char*, 5> kStatusNames{"waiting", "trained", "dropped", "complete", "failed"};

/// Reads the rows of one file; every complaint names file and row.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& csv) : name_(csv.string()), table_(CsvTable::read(csv)) {}

  void read(std::vector<Trial>& trials, const std::vector<std::string>& options, const std::string& metric) {
    const auto rows = table_.rows().size();
    if (rows != trials.size()) fail(fmt::format("{} trials; expected {}", rows, trials.size()));
    for (; row_ < rows; ++row_) {
      Trial& trial = trials[row_];
      if (number<std::size_t>("trial") != row_) fail(fmt::format("trial '{}'", field("trial")));
      for (std::size_t k = 0; k < trial.values.size(); ++k) {
        if (field(options[k]) == trial.values[k]) continue;
        fail(
            fmt::format("{} = {}; this search has {} there", options[k], field(options[k]), trial.values[k]));
      }
      const auto status = std::ranges::find(kStatusNames, field("status"));
      if (status == kStatusNames.end()) fail(fmt::format("status '{}'", field("status")));
      trial.status = static_cast<TrialStatus>(status - kStatusNames.begin());
      trial.rung = number<std::int64_t>("rung");
      trial.epochs = number<std::int64_t>("epochs");
      trial.figure = number<double>(metric);
      trial.seconds = number<double>("seconds");
      trial.reason = field("reason");
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::Data, fmt::format("[search] {}, row {}: {}", name_, row_ + 1, what),
                "the folder was changed, or is of another version of giemsa; begin a new search");
  }
  const std::string& field(const std::string& column) const {
    return table_.rows()[row_][table_.column(column)];
  }
  template <class T>
  T number(const std::string& column) const {
    const std::string& text = field(column);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
      fail(fmt::format("{} is '{}'; expected a number", column, text));
    }
    return value;
  }

  std::string name_;
  CsvTable table_;
  std::size_t row_ = 0;
};

}  // namespace

std::string status_name(TrialStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

void write_trials(const std::filesystem::path& csv, const std::vector<Trial>& trials,
                  const std::vector<std::string>& options, const std::string& metric) {
  std::vector<std::string> row{"trial", "status", "rung", "epochs", metric, "seconds", "reason"};
  row.insert(row.end(), options.begin(), options.end());
  std::string text;
  append_csv_row(text, row);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const Trial& trial = trials[i];
    row = {std::to_string(i),
           status_name(trial.status),
           std::to_string(trial.rung),
           std::to_string(trial.epochs),
           shortest(trial.figure),
           fmt::format("{:.1f}", trial.seconds),
           trial.reason};
    row.insert(row.end(), trial.values.begin(), trial.values.end());
    append_csv_row(text, row);
  }
  write_atomic(csv, text);
}

void read_trials(const std::filesystem::path& csv, std::vector<Trial>& trials,
                 const std::vector<std::string>& options, const std::string& metric) {
  Reader(csv).read(trials, options, metric);
}

std::vector<std::size_t> ranked(const std::vector<Trial>& trials, const std::string& metric) {
  std::vector<std::size_t> order;
  std::int64_t longest = 0;
  const auto comparable = [](const Trial& trial) {
    return trial.status != TrialStatus::Failed && trial.status != TrialStatus::Waiting &&
           !std::isnan(trial.figure);
  };
  for (const Trial& trial : trials) {
    if (comparable(trial)) longest = std::max(longest, trial.rung);
  }
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (comparable(trials[i]) && trials[i].rung == longest) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return better(trials[a].figure, trials[b].figure, metric);
  });
  return order;
}

}  // namespace giemsa
