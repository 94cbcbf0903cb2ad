#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace giemsa {

/// Where a trial stands.
enum class TrialStatus {
  Waiting,   ///< to be trained up to the end of its rung
  Trained,   ///< so far; waits for the others of its rung
  Dropped,   ///< not among the best of its rung
  Complete,  ///< trained in full
  Failed,
};
/// "waiting", "trained", …
std::string status_name(TrialStatus status);

/// One configuration of a search, and what became of it.
struct Trial {
  std::vector<std::string>
      values;  ///< of the searched options, in the order of the space; empty: the recipe's
  TrialStatus status = TrialStatus::Waiting;
  std::int64_t rung = 0;                                     ///< counted from 0
  std::int64_t epochs = 0;                                   ///< trained so far
  double figure = std::numeric_limits<double>::quiet_NaN();  ///< best so far of the searched metric
  double seconds = 0;                                        ///< of all its trainings
  std::string reason = {};                                   ///< why it failed
};

/// Writes `trial,status,rung,epochs,<metric>,seconds,reason` and a column per option, atomically.
void write_trials(const std::filesystem::path& csv, const std::vector<Trial>& trials,
                  const std::vector<std::string>& options, const std::string& metric);

/// Takes what became of the trials from such a file. Throws Data, naming file and row, when it is malformed
/// or does not hold just these trials with these values.
void read_trials(const std::filesystem::path& csv, std::vector<Trial>& trials,
                 const std::vector<std::string>& options, const std::string& metric);

/// The trials that ended with a figure after the longest training that any had: those that may be compared.
/// Best first, the lower number on ties.
std::vector<std::size_t> ranked(const std::vector<Trial>& trials, const std::string& metric);

}  // namespace giemsa
