#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "giemsa/formats/weight_file.h"

namespace giemsa {

/// Reads a state dict that torch.save wrote: a zip archive (since PyTorch 1.6) of a pickle and one stored
/// entry per array of values. The pickle is read as data (pickle.h); one that names anything of Python but
/// what state dicts are made of is refused. The state dict is the whole file, or the one dict of tensors
/// under "state_dict", "model", "model_ema" or a like key; what wrappers put before all names is taken away
/// (state_dict_prefix.h). Views
/// keep their strides' order; contiguous tensors of one array share it. The tensors take at most four times
/// the file's size, and 1 MiB. Throws Io when unreadable, Model when malformed or refused.
WeightFile read_torch_zip(const std::filesystem::path& path);
/// The same of a file in memory; `name` is for errors.
WeightFile read_torch_zip(std::span<const std::uint8_t> bytes, const std::string& name);

/// Whether a file that begins with these bytes is of the format of torch.save before PyTorch 1.6.
bool is_torch_legacy(std::span<const std::uint8_t> start);

/// The same for that format: five pickles (magic number, version, machine, state dict, order of the arrays),
/// then the arrays.
WeightFile read_torch_legacy(const std::filesystem::path& path);
WeightFile read_torch_legacy(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace giemsa
