#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace giemsa {

struct FoundRuns {
  std::vector<std::filesystem::path> folders;     ///< sorted, each once
  std::vector<std::filesystem::path> unreadable;  ///< could not be searched
};

/// The run folders at any depth of `folders`, these included: also those of cross-validations and searches.
/// Links below them are not followed, and models are not searched. Throws Io for a folder that is not there,
/// Usage where there are more than `most_folders` to search.
FoundRuns find_runs(std::span<const std::filesystem::path> folders, std::size_t most_folders = 100'000);

}  // namespace giemsa
