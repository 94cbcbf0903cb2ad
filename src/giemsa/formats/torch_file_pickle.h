#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/formats/pickle.h"
#include "giemsa/formats/torch_file_views.h"

namespace giemsa {

// How PyTorch describes dicts, storages and tensors in a pickle.

/// Of a storage or a tensor.
constexpr std::uint64_t kMaxTorchValues = std::uint64_t{1} << 40;

/// The items of a tuple of at least `count`; null for anything else.
const std::vector<PickleRef>* torch_tuple(const Pickle& pickle, PickleRef ref, std::size_t count);

/// A dict's items, be it dict or OrderedDict; nothing for anything else. What an OrderedDict carries beside
/// its items (`_metadata`: the version of each layer's code) says nothing about the values.
std::optional<PickleItems> torch_dict_items(const Pickle& pickle, PickleRef ref);

/// What a storage's persistent id says: ('storage', class, key, location, count[, None]); nothing for
/// anything else. Very old files put a view of another storage last; that is not read.
struct TorchStorageId {
  const std::string* key;
  TorchStorage storage;
};
std::optional<TorchStorageId> torch_storage_id(const Pickle& pickle, PickleRef id);

/// The (storage, offset, shape, strides, …) out of which a tensor or parameter is made; null for anything
/// else.
const std::vector<PickleRef>* torch_tensor_parts(const Pickle& pickle, PickleRef ref);

}  // namespace giemsa
