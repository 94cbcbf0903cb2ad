#pragma once
#include <filesystem>
#include <memory>

#include "giemsa/verify/engine.h"

namespace giemsa {

/// A file of giemsa export in ONNX Runtime: a process of node, which ends with this engine. model: what it
/// was exported from. Throws as open_engine.
std::unique_ptr<Engine> open_onnx_engine(const std::filesystem::path& file, const Model& model,
                                         const EngineOptions& options);

}  // namespace giemsa
