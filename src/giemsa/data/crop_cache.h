#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// The decoded centre squares of a data set, in memory or in a memory-mapped file, so that an epoch does not
/// decode again. Squares keep their own size (at most crop_px); resizing comes later, after augmentation.
class CropCache {
 public:
  struct Result;

  /// Decodes the given records (each at most once) on all processors. A broken picture becomes a Finding, not
  /// an error. `file` empty: in memory. Otherwise the squares go to that new file, which is mapped; its name
  /// is removed at once, so that its space is free again with the cache or the process, however that ends.
  /// Throws Io when the file exists, cannot be made, or the disk is full.
  static Result build(const Source& source, std::span<const std::size_t> records,
                      const Preprocess& preprocess, const std::filesystem::path& file,
                      const ProgressCallback& progress);

  /// The square of a record (its number in the source); empty view when it was broken or not asked for.
  ImageView crop(std::size_t record) const;
  /// Of all squares together.
  std::uint64_t bytes() const;

 private:
  struct Storage;
  std::shared_ptr<const Storage> storage_;
};

struct CropCache::Result {
  CropCache cache;
  std::vector<Finding> findings;  ///< in record order
};

}  // namespace giemsa
