#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// What one epoch came to; a line of metrics.jsonl.
struct EpochRecord {
  std::int64_t epoch = 0;  ///< counted over all stages, from 1
  std::string stage;
  double lr = 0;  ///< at its last step
  double train_loss = 0, train_accuracy = 0;
  double val_loss = 0, val_accuracy = 0, val_balanced_accuracy = 0, val_macro_f1 = 0;
  double val_auc = 0;            ///< one-vs-rest ROC AUC, mean over the classes; NaN where undefined
  double images_per_second = 0;  ///< of training, augmentation included
  double seconds = 0;            ///< validation included
  bool best = false;             ///< the best so far, and kept as the model
};

/// The validation figures by which an epoch may be called the best: "accuracy", "loss",
/// "balanced_accuracy", "macro_f1", "auc".
std::span<const std::string_view> selection_metrics();
/// That figure of an epoch, negated where less is better, so that more is better. Throws Usage for another
/// name.
double selection_figure(const EpochRecord& record, std::string_view metric);

/// One JSON object per line, replaced atomically.
void write_metrics(const std::filesystem::path& jsonl, const std::vector<EpochRecord>& records);
/// Throws Data, naming the line, when malformed.
std::vector<EpochRecord> read_metrics(const std::filesystem::path& jsonl);

}  // namespace giemsa
