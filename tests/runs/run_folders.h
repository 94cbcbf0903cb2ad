#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/run/config.h"
#include "giemsa/run/epoch_record.h"

namespace giemsa::testing {

/// Two stages of 2 and 4 epochs.
inline Config two_stages() {
  Config config;
  config.model.name = "resnet18";
  config.train.seed = 7;
  config.stages = {{.name = "head", .epochs = 2, .lr = 0.01}, {.name = "all", .epochs = 4, .lr = 0.002}};
  return config;
}

/// The first epochs of two_stages() with these validation accuracies; each takes 10 s and is the best so far
/// where it is better than all before.
inline std::vector<EpochRecord> epochs_of(const std::vector<double>& accuracies) {
  std::vector<EpochRecord> records;
  double best = -1;
  for (const double accuracy : accuracies) {
    const auto epoch = static_cast<std::int64_t>(records.size()) + 1;
    records.push_back({.epoch = epoch,
                       .stage = epoch <= 2 ? "head" : "all",
                       .lr = epoch <= 2 ? 0.01 : 0.002,
                       .train_loss = 2.0 / static_cast<double>(epoch),
                       .train_accuracy = accuracy - 0.05,
                       .val_loss = 1 - accuracy,
                       .val_accuracy = accuracy,
                       .val_balanced_accuracy = accuracy - 0.1,
                       .val_macro_f1 = accuracy - 0.2,
                       .val_auc = accuracy + 0.01,
                       .images_per_second = 100,
                       .seconds = 10,
                       .best = accuracy > best});
    best = std::max(best, accuracy);
  }
  return records;
}

/// A run folder as training leaves it, but for the model and the checkpoint.
inline void write_run(const std::filesystem::path& folder, const Config& config,
                      const std::vector<double>& accuracies, const std::string& split_hash = "abc") {
  std::filesystem::create_directories(folder);
  write_atomic(folder / "environment.json", "{\"giemsa\": \"0.1.0\", \"started\": \"" + folder.string() +
                                                "\", \"processors\": 2, \"split_sha256\": \"" + split_hash +
                                                "\"}\n");
  write_atomic(folder / "split.csv",
               std::string_view("path,label,split\na,x,train\nb,x,train\nc,y,val\nd,y,test\n"));
  write_atomic(folder / "classes.csv",
               std::string_view("class,pictures,weight,drawn\n<x>,2,1,2\ny,1,0.5,1\n"));
  write_atomic(folder / "findings.csv", std::string_view("record,reason,evidence\nbad.png,broken,cut off\n"));
  write_atomic(folder / "config.toml", to_toml(config, true));
  if (!accuracies.empty()) write_metrics(folder / "metrics.jsonl", epochs_of(accuracies));
}

}  // namespace giemsa::testing
