#pragma once
#include <filesystem>

namespace giemsa {

/// Shows a run on standard output until its training ends: on a terminal a view that is drawn anew every
/// second, elsewhere a line for each epoch, from the first. Throws Data when the run is broken.
void follow_run(const std::filesystem::path& folder);

}  // namespace giemsa
