#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/eval/report.h"

namespace giemsa::testing {

/// Three classes, 60 pictures, every fifth wrong, no bootstrap; names that would be markup if they were not
/// escaped.
inline ReportInput report_example() {
  ReportInput input;
  input.title = "A <script>alert(1)</script> & more";
  input.part = "test";
  Predictions& p = input.predictions;
  p.classes = {"baso<b>", "mono", "neutro"};
  for (int i = 0; i < 60; ++i) {
    p.ids.push_back("cell-" + std::to_string(i));
    p.paths.push_back(p.ids.back());
    p.labels.push_back(i % 3);
    const int named = i % 5 == 0 ? (i + 1) % 3 : i % 3;
    const float sure = 0.5f + 0.008f * static_cast<float>(i);
    for (int k = 0; k < 3; ++k) p.probabilities.push_back(k == named ? sure : (1 - sure) / 2);
  }
  input.evaluation = evaluate(p);
  input.counts = {{1000, 100, 20}, {2000, 200, 20}, {3000, 300, 20}};
  for (int epoch = 1; epoch <= 4; ++epoch) {
    input.epochs.push_back({.epoch = epoch,
                            .stage = epoch < 3 ? "head" : "all",
                            .train_loss = 1.0 / epoch,
                            .train_accuracy = 1 - 0.3 / epoch,
                            .val_loss = 0.8 / epoch,
                            .val_accuracy = 1 - 0.2 / epoch,
                            .best = epoch < 4});
  }
  input.picture = [](std::size_t index) {
    if (index == 55) throw std::runtime_error("lost <i>");
    if (index == 50) return Image();
    Image image(index == 45 ? 500 : 24, 24);
    return image;
  };
  input.card = {{"Task", "blood <cells>"}};
  input.made = {{"Seed", "7"}};
  input.config_toml = "[train]\nseed = 7 # <&>\n";
  return input;
}

/// report.html, or another of the files.
inline std::string written(const ReportInput& input, const char* file = "report.html") {
  const TemporaryFolder folder;
  write_report(folder.path(), input);
  return read_text(folder.path() / file);
}

/// Those of `parts` that `text` holds, or lacks: short to print where the page is long.
inline std::vector<std::string> found(const std::string& text, std::vector<std::string> parts) {
  std::erase_if(parts, [&](const std::string& part) { return text.find(part) == std::string::npos; });
  return parts;
}
inline std::vector<std::string> lacking(const std::string& text, std::vector<std::string> parts) {
  std::erase_if(parts, [&](const std::string& part) { return text.find(part) != std::string::npos; });
  return parts;
}

inline std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

inline bool gnuplot_is_missing() { return std::system("gnuplot --version > /dev/null 2>&1") != 0; }
#define NEEDS_GNUPLOT \
  if (testing::gnuplot_is_missing()) GTEST_SKIP() << "needs the program gnuplot (Debian: gnuplot-nox)";

}  // namespace giemsa::testing
