#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "giemsa/formats/torch_file_views.h"
#include "giemsa/formats/weight_file.h"

namespace giemsa {

/// Where the storages of a torch file lie.
class TorchStorageSource {
 public:
  virtual ~TorchStorageSource() = default;
  /// Bytes of the whole file.
  virtual std::uint64_t file_size() const = 0;
  /// Bytes of one storage, which are fewer than the file's. Throws Model when there is no such storage.
  virtual std::uint64_t size(const std::string& key) = 0;
  /// Its bytes; out.size() is size(key). Throws Model when they are damaged.
  virtual void read(const std::string& key, std::span<std::uint8_t> out) = 0;
};

/// The tensors that the views describe, in fp32. Each storage is read once and let go when no tensor needs
/// it; contiguous views share it. Throws Model, beginning with `file`, when the tensors would take more than
/// four times the file's size and 1 MiB, or when a storage is not as large as the pickle says.
WeightFile torch_values(const Pickle& pickle, TorchStorageSource& source, const std::string& file);

}  // namespace giemsa
