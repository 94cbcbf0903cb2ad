#pragma once
#include <string>
#include <utility>
#include <vector>

namespace giemsa {

/// The text of environment.json: what a run ran on (giemsa, compiler, processor, processors, kernel, time),
/// and the given pairs after that.
std::string environment_json(const std::vector<std::pair<std::string, std::string>>& more);

}  // namespace giemsa
