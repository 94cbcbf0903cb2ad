#pragma once
#include <filesystem>
#include <string>

namespace giemsa {

/// The parts of a run folder that training writes.
struct RunFiles {
  std::filesystem::path folder;
  std::filesystem::path config() const { return folder / "config.toml"; }
  std::filesystem::path environment() const { return folder / "environment.json"; }
  std::filesystem::path split() const { return folder / "split.csv"; }
  std::filesystem::path classes() const { return folder / "classes.csv"; }
  std::filesystem::path findings() const { return folder / "findings.csv"; }
  std::filesystem::path weights_report() const { return folder / "weights.txt"; }
  std::filesystem::path metrics() const { return folder / "metrics.jsonl"; }
  std::filesystem::path checkpoint() const { return folder / "checkpoint.safetensors"; }
  std::filesystem::path model() const { return folder / "model.giemsa"; }
  /// Of each process its own.
  std::filesystem::path crops(int rank) const {
    return folder / (rank == 0 ? "crops.bin" : "crops-" + std::to_string(rank) + ".bin");
  }
};

}  // namespace giemsa
