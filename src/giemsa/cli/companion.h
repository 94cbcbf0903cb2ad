#pragma once
#include <string>
#include <vector>

namespace giemsa {

/// Becomes the program `name` that lies beside this one, e.g. "giemsa-train": what needs a library that is
/// slow to load is a program of its own, so that `giemsa` starts quickly. Throws Usage with `hint` when it is
/// not there.
[[noreturn]] void become_companion(const std::string& name, std::vector<std::string> arguments,
                                   const std::string& hint);

}  // namespace giemsa
