#pragma once
#include <filesystem>
#include <string>

namespace giemsa {

/// Prints what a file of weights holds, tensor by tensor, and which networks it fits; or, with a network's
/// name, what would go where in it. Throws like read_weight_file(), and Model when it does not fit `model`.
void inspect_weights(const std::filesystem::path& path, const std::string& model, bool json);

}  // namespace giemsa
