#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace giemsa {

/// How libraries tell that long work moves on: called with (done, total). They never print themselves.
/// Must be safe to call from several threads at once.
using ProgressCallback = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// A progress bar on stderr: one line redrawn on a terminal, one plain line every ten seconds elsewhere.
/// Shows rate and time left. Safe to call from several threads.
///
///     ProgressBar bar("Decode", "images");
///     decode_all(source, bar.callback());
///     bar.finish();
class ProgressBar {
 public:
  explicit ProgressBar(std::string title, std::string unit = "images");
  ~ProgressBar();

  void update(std::uint64_t done, std::uint64_t total, const std::string& note = {});
  ProgressCallback callback();
  /// Draws the last state and ends the line.
  void finish();

 private:
  void draw(bool last);

  std::string title_, unit_, note_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point started_, drawn_{};
  std::uint64_t done_ = 0, total_ = 0, first_ = 0;
  bool begun_ = false, finished_ = false, terminal_ = false;
};

}  // namespace giemsa
