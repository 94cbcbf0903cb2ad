#pragma once
#include <string>
#include <utility>
#include <vector>

#include "giemsa/onnx/export_model.h"

namespace giemsa {

/// What a program must know to use the file: classes, network, preprocessing and viewing as JSON, giemsa's
/// version.
std::vector<std::pair<std::string, std::string>> onnx_metadata(const Model& model,
                                                               const ExportOptions& options);

/// The same in words.
std::string onnx_description(const Model& model, const ExportOptions& options);

}  // namespace giemsa
