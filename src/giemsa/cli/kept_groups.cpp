#include "giemsa/cli/kept_groups.h"

#include "giemsa/cli/talk.h"
#include "giemsa/core/progress.h"
#include "giemsa/duplicates/duplicates.h"
#include "giemsa/split/groups.h"

namespace giemsa {

RecordGroups kept_groups(const Source& source, const std::string& file, bool ignore_duplicates) {
  std::vector<std::vector<std::size_t>> together;
  if (!file.empty()) {
    ListedGroups listed = read_groups(file, source);
    if (listed.unknown > 0) {
      say("{} records of {} are not in the data set, and count for nothing", listed.unknown, file);
    }
    together = std::move(listed.together);
  } else if (!ignore_duplicates) {
    ProgressBar bar("Inspect");
    together = duplicates_in(source, {}, bar.callback());
    bar.finish();
  }
  return join_groups(source.records(), together);
}

}  // namespace giemsa
