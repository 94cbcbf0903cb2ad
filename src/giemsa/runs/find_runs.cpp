#include "giemsa/runs/find_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/runs/run.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

bool worth_searching(const fs::directory_entry& entry) {
  std::error_code ignored;  // it went away meanwhile
  return !entry.is_symlink(ignored) && entry.is_directory(ignored) && entry.path().extension() != ".giemsa";
}

}  // namespace

FoundRuns find_runs(std::span<const fs::path> folders, std::size_t most_folders) {
  FoundRuns found;
  std::vector<fs::path> waiting;
  for (const fs::path& folder : folders) {
    require(fs::is_directory(folder), ErrorKind::Io,
            fmt::format("[runs] there is no folder {}", printable(folder.string(), 300)),
            "name folders that hold runs of giemsa train");
    waiting.push_back(folder.lexically_normal());
  }
  std::set<fs::path> searched;  // by their true paths: the folders named may lie in each other
  while (!waiting.empty()) {
    const fs::path folder = std::move(waiting.back());
    waiting.pop_back();
    std::error_code error;
    if (!searched.insert(fs::canonical(folder, error)).second) continue;
    require(searched.size() <= most_folders, ErrorKind::Usage,
            fmt::format("[runs] there are more than {} folders to search", most_folders),
            "name the folders that hold the runs");
    if (holds_run(folder)) found.folders.push_back(folder);
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      if (worth_searching(*entry))
        waiting.push_back(folder == "." ? entry->path().filename() : entry->path());
    }
    if (error) found.unreadable.push_back(folder);
  }
  std::ranges::sort(found.folders);
  std::ranges::sort(found.unreadable);
  return found;
}

}  // namespace giemsa
