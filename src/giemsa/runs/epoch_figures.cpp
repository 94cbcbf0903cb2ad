#include "giemsa/runs/epoch_figures.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "giemsa/core/csv.h"

namespace giemsa {
namespace {

constexpr EpochFigure kFigures[] = {
    {"lr", "rate", &EpochRecord::lr, -1},
    {"train_loss", "train loss", &EpochRecord::train_loss, 4},
    {"train_accuracy", "train accuracy", &EpochRecord::train_accuracy, 4},
    {"val_loss", "loss", &EpochRecord::val_loss, 4},
    {"val_accuracy", "accuracy", &EpochRecord::val_accuracy, 4},
    {"val_balanced_accuracy", "balanced", &EpochRecord::val_balanced_accuracy, 4},
    {"val_macro_f1", "macro F1", &EpochRecord::val_macro_f1, 4},
    {"val_auc", "AUC", &EpochRecord::val_auc, 4},
    {"images_per_second", "images/s", &EpochRecord::images_per_second, 0},
    {"seconds", "seconds", &EpochRecord::seconds, 1},
};

}  // namespace

std::span<const EpochFigure> epoch_figures() { return kFigures; }

std::string text_of(const EpochFigure& figure, const EpochRecord& record) {
  const double value = record.*figure.value;
  if (!std::isfinite(value)) return "–";
  return figure.digits < 0 ? fmt::format("{:.3g}", value) : fmt::format("{:.{}f}", value, figure.digits);
}

std::string epochs_csv(std::span<const EpochRecord> epochs) {
  std::vector<std::string> row = {"epoch", "stage"};
  for (const EpochFigure& figure : kFigures) row.emplace_back(figure.key);
  row.emplace_back("best");
  std::string csv;
  append_csv_row(csv, row);
  for (const EpochRecord& record : epochs) {
    row = {std::to_string(record.epoch), record.stage};
    for (const EpochFigure& figure : kFigures) {
      const double value = record.*figure.value;
      row.push_back(std::isfinite(value) ? shortest(value) : "");
    }
    row.emplace_back(record.best ? "1" : "0");
    append_csv_row(csv, row);
  }
  return csv;
}

}  // namespace giemsa
