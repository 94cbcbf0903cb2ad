#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// The model that is used where none is named.
inline constexpr std::string_view kDefaultModel = "blood_cells";

/// The folders in which models lie that come with giemsa, in the order in which they are looked through:
/// $GIEMSA_MODELS where it is set, the installed one (share/giemsa/models of the installation that the running
/// program, or libgiemsa.so in another program, lies in), that of the source tree.
std::vector<std::filesystem::path> model_boxes();

/// The folder of a model in the box: NAME.giemsa in the first of model_boxes() that has it. Throws Io, naming
/// the places, when none has.
std::filesystem::path boxed_model(std::string_view name = kDefaultModel);

/// What an argument means that names a model: a model or run folder, or else the name of a model in the box.
/// Throws Io when it is neither.
std::filesystem::path named_model(const std::string& argument);

}  // namespace giemsa
