#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "giemsa/formats/host_tensor.h"

namespace giemsa {

/// What a file of weights holds, whichever program wrote it.
struct WeightFile {
  /// "safetensors", "PyTorch zip", "PyTorch legacy", "Keras HDF5", "Keras 3 HDF5"
  std::string format = {};
  /// By the file's names; every type is converted to fp32.
  StateDict tensors = {};
  /// The tensors' names in the file's own order (Keras matches by order).
  std::vector<std::string> order = {};
  /// Per tensor, as stored: "F32", "F16", "BF16", "F64", "I64", …
  std::map<std::string, std::string> stored_types = {};
  /// safetensors' own.
  std::map<std::string, std::string> metadata = {};
  /// What stood before every name of a state dict and was taken away ("module."; state_dict_prefix.h).
  std::string removed_prefix = {};
};

/// Reads a file of weights; its format is told by its content, not by its name. No code of the file is ever
/// run. Keras tensors are named "layer/weight" ("block1_conv1/kernel"); those of Keras 3's .weights.h5 keep
/// their path ("layers/conv2d_3/vars/0"). Throws Io when unreadable, Model when malformed, when it wants to
/// run code, or when it is of no format that is read.
WeightFile read_weight_file(const std::filesystem::path& path);

}  // namespace giemsa
