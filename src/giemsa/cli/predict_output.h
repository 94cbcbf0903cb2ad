#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "giemsa/predict/growing_file.h"

namespace giemsa {

/// Where the answers of `giemsa predict` go: a file that grows, or standard output. Either gets them at least
/// every second.
class PredictOutput {
 public:
  /// `file` "": standard output. `keep_bytes`: as for GrowingFile.
  PredictOutput(const std::string& file, std::uint64_t keep_bytes);

  /// Throws Io when it cannot be written: a full disk, or nobody who reads any more.
  void write(std::string_view text);
  void finish();

 private:
  void flush();

  std::optional<GrowingFile> file_;
  std::chrono::steady_clock::time_point flushed_;
};

}  // namespace giemsa
