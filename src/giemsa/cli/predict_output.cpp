#include "giemsa/cli/predict_output.h"

#include <csignal>
#include <cstdio>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

void require_written(bool written) {
  require(written, ErrorKind::Io, "[output] standard output cannot be written",
          "free space where it goes, or name another file");
}

}  // namespace

PredictOutput::PredictOutput(const std::string& file, std::uint64_t keep_bytes)
    : flushed_(std::chrono::steady_clock::now()) {
  if (!file.empty()) {
    file_.emplace(file, keep_bytes);
    return;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone shall fail the write, not end the process
}

void PredictOutput::write(std::string_view text) {
  if (file_) return file_->write(text);
  require_written(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
  if (std::chrono::steady_clock::now() - flushed_ >= std::chrono::seconds(1)) flush();
}

void PredictOutput::flush() {
  require_written(std::fflush(stdout) == 0);
  flushed_ = std::chrono::steady_clock::now();
}

void PredictOutput::finish() { file_ ? file_->commit() : flush(); }

}  // namespace giemsa
