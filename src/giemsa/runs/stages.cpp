#include "giemsa/runs/stages.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// Counts the epochs of one stage as training does.
class StageCount {
 public:
  StageCount(const StageOptions& stage, const TrainOptions& train)
      : progress_{.name = stage.name, .planned = stage.epochs}, train_(train) {}

  bool over() const {
    const bool patience_over = train_.patience > 0 && progress_.done - best_epoch_ >= train_.patience;
    return progress_.done >= progress_.planned || patience_over;
  }
  void add(const EpochRecord& record) {
    double figure = selection_figure(record, train_.select);
    if (std::isnan(figure)) figure = std::numeric_limits<double>::lowest();
    ++progress_.done;
    if (best_epoch_ != 0 && figure <= best_) return;
    best_ = figure;
    best_epoch_ = progress_.done;
  }
  StageProgress progress() const {
    StageProgress progress = progress_;
    progress.over = over();
    return progress;
  }

 private:
  StageProgress progress_;
  const TrainOptions& train_;
  double best_ = 0;
  std::int64_t best_epoch_ = 0;
};

}  // namespace

std::vector<StageProgress> follow_stages(const Config& config, std::span<const EpochRecord> epochs) {
  std::vector<StageProgress> stages;
  std::size_t next = 0;  // of the epochs
  for (const StageOptions& options : config.stages) {
    StageCount stage(options, config.train);
    for (; next < epochs.size() && !stage.over(); ++next) {
      const EpochRecord& record = epochs[next];
      require(record.epoch == static_cast<std::int64_t>(next) + 1, ErrorKind::Data,
              fmt::format("[runs] metrics.jsonl line {} is of epoch {}", next + 1, record.epoch));
      require(record.stage == options.name, ErrorKind::Data,
              fmt::format("[runs] epoch {} is of stage '{}'; config.toml has stage '{}' there", record.epoch,
                          printable(record.stage), printable(options.name)));
      stage.add(record);
    }
    stages.push_back(stage.progress());
  }
  require(next == epochs.size(), ErrorKind::Data,
          fmt::format("[runs] metrics.jsonl has {} epochs; by config.toml the run ends after {}",
                      epochs.size(), next));
  return stages;
}

double seconds_left(std::span<const StageProgress> stages, std::span<const EpochRecord> epochs) {
  if (epochs.empty()) return std::numeric_limits<double>::quiet_NaN();
  double left = 0;
  std::size_t first = 0;  // epoch of the stage
  for (const StageProgress& stage : stages) {
    const auto done = static_cast<std::size_t>(stage.done);
    double seconds = 0;
    for (const EpochRecord& record : epochs.subspan(first, done)) seconds += record.seconds;
    const double each = done > 0 ? seconds / static_cast<double>(done) : epochs.back().seconds;
    left += each * static_cast<double>(stage.length() - stage.done);
    first += done;
  }
  return left;
}

}  // namespace giemsa
