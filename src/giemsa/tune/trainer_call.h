#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/tune/jobs.h"

namespace giemsa {

/// How trainings are started: `program` `arguments`… DATA --recipe … --out …
struct Trainer {
  std::filesystem::path program;            ///< e.g. …/giemsa
  std::vector<std::string> arguments = {};  ///< before all others, e.g. {"train"}
  std::string data;
};

/// One training, up to a point.
struct Training {
  std::filesystem::path folder;            ///< the run folder
  std::filesystem::path recipe;            ///< what a fresh run begins with
  std::vector<std::string> settings = {};  ///< key=value, over the recipe
  std::int64_t stop_after = 0;             ///< epochs in all; 0: to its end
};

/// Begins the training, or goes on with it where its folder holds a run.
Job training_job(const Trainer& trainer, const Training& training);

/// Why a training ended badly, in a sentence: what it said last, or its signal. "" when it ended well.
std::string failure_reason(const JobEnd& end, const std::filesystem::path& log);

/// The threads that each of `jobs` trainings at once computes with: a fair share of the processors.
std::int64_t threads_for_each(int jobs);

}  // namespace giemsa
