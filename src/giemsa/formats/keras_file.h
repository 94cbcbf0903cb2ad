#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "giemsa/formats/weight_file.h"

namespace giemsa {

/// Reads weights that Keras saved as HDF5: files of weights and whole models (`.h5`), also those of Keras
/// Applications, and Keras 3's `.weights.h5`. The optimizer's state beside them is no part of the weights and
/// is left out.
///
/// "Keras HDF5" (keras/src/legacy/saving/legacy_h5_format.py): the attribute layer_names of the root, or of
/// "model_weights" in a whole model, lists groups; weight_names of each group lists datasets. A tensor's name
/// is that of weight_names without TensorFlow's ":0": "block1_conv1/kernel". The layer's name comes before it
/// when the name has no "/" ("block1_conv1_W_1" of old files becomes "block1_conv1/block1_conv1_W_1") or when
/// an earlier layer has a tensor of that name (parts of two nested models). Order: layer_names, then
/// weight_names.
///
/// "Keras 3 HDF5" (keras/src/saving/saving_lib.py): groups such as "layers/conv2d_3/vars" with datasets "0",
/// "1", …; a tensor's name is its path. Keras does not track the order of creation; where a file does, that
/// is the order, elsewhere the natural one ("conv2d_2" before "conv2d_10").
///
/// Throws Io when unreadable, Model when malformed, when it is HDF5 of another kind, or when it holds what
/// giemsa does not read (formats/hdf5.h).
WeightFile read_keras_hdf5(const std::filesystem::path& path);

/// The same for a file in memory; `name` stands for it in messages.
WeightFile read_keras_hdf5(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace giemsa
