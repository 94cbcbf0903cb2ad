#pragma once
#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace giemsa {

/// Adds --model, which may be left out.
void add_model_option(CLI::App& command, std::string& model);

/// The model that was named, or the one in the box (run/model_box.h) where none was; stderr says which then.
/// Throws Io when it is not there.
std::filesystem::path chosen_model(const std::string& argument);

}  // namespace giemsa
