#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/formats/pickle.h"
#include "giemsa/formats/stored_type.h"

namespace giemsa {

/// An array of values of a torch file; tensors are views of it. Known by its key.
struct TorchStorage {
  StoredType type;
  std::uint64_t count;  ///< values
  std::uint64_t stored_size() const { return count * stored_bytes(type); }
};
using TorchStorages = std::map<std::string, TorchStorage>;

/// A tensor of a torch file: the value at [i, j, …] is the storage's value offset + i·strides[0] + …, where
/// sides of less than two values have the stride 0.
struct TorchView {
  std::string name, storage;
  std::uint64_t offset;
  std::vector<std::int64_t> shape, strides;

  bool empty() const;
  /// Whether the values lie in C order without gaps.
  bool contiguous() const;
};

/// Whether a pickle may name this of Python: OrderedDict, tensors, parameters, storages, and what training
/// programs keep beside the state dict and nobody looks at (argparse.Namespace, numpy's scalars).
bool is_torch_global(std::string_view global);

/// Every storage that the pickle speaks of; their sizes do not overflow. Throws Model, beginning with `file`.
TorchStorages torch_storages(const Pickle& pickle, const std::string& file);

/// The tensors of the pickle's state dict in its order, each inside its storage and of at most 8 dimensions
/// and 2⁴⁰ values. Throws Model, beginning with `file`, when there is none, more than one, or one that holds
/// anything else.
std::vector<TorchView> torch_views(const Pickle& pickle, const TorchStorages& storages,
                                   const std::string& file);

}  // namespace giemsa
