#include "giemsa/tune/trainer_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

constexpr std::size_t kLongestReason = 300;  // bytes

/// The last error that a log tells of, without its hint; "" for none.
std::string last_error(const std::filesystem::path& log) {
  constexpr std::string_view kMark = "error: ";
  std::string text;
  try {
    text = read_text(log);
  } catch (const Error&) {
    return {};  // the reason of the failure matters more than that of its missing log
  }
  std::string last;
  for (const std::string& line : split_text(text, '\n')) {
    if (line.starts_with("$ ")) last.clear();  // another call begins
    if (line.starts_with(kMark)) last = line.substr(kMark.size());
  }
  return last;
}

}  // namespace

Job training_job(const Trainer& trainer, const Training& training) {
  Job job{trainer.program, trainer.arguments, training.folder, training.folder / "train.log"};
  const auto add = [&](const std::vector<std::string>& words) {
    job.arguments.insert(job.arguments.end(), words.begin(), words.end());
  };
  add({trainer.data, "--no-calibrate", "--out", training.folder.string()});
  if (training.stop_after > 0) add({"--stop-after", std::to_string(training.stop_after)});
  if (std::filesystem::exists(training.folder / "config.toml")) {
    add({"--resume"});
    return job;
  }
  add({"--recipe", training.recipe.string()});
  if (!training.settings.empty()) add({"--set"});
  add(training.settings);
  return job;
}

std::string failure_reason(const JobEnd& end, const std::filesystem::path& log) {
  if (end.success()) return {};
  if (end.out_of_time) return fmt::format("took longer than {}", format_duration(end.seconds));
  if (end.signal != 0) return fmt::format("ended by signal {} ({})", end.signal, ::strsignal(end.signal));
  const std::string said = last_error(log);
  return said.empty() ? fmt::format("ended with code {}", end.exit_code) : printable(said, kLongestReason);
}

std::int64_t threads_for_each(int jobs) { return std::max(1, processor_count() / std::max(jobs, 1)); }

}  // namespace giemsa
