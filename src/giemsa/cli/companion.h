#pragma once
#include <string>
#include <vector>

namespace giemsa {

/// Becomes the program `name` that lies beside this one, e.g. "giemsa-train": what needs a library that is
/// slow to load is a program of its own, so that `giemsa` starts quickly. Throws Usage with `hint` when it is
/// not there.
[[noreturn]] void become_companion(const std::string& name, std::vector<std::string> arguments,
                                   const std::string& hint);

/// The first word of giemsa-train's arguments when it shall adapt a model and not train one.
inline constexpr const char* kAdaptFlag = "--adapt";

/// Becomes giemsa-train, the program that links LibTorch. Throws Usage where giemsa was built without it.
[[noreturn]] void become_trainer(std::vector<std::string> arguments);

}  // namespace giemsa
