#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/formats/hdf5_format.h"

namespace giemsa {

/// A step that a chunk's bytes took before they were written.
struct Hdf5Filter {
  static constexpr unsigned kDeflate = 1, kShuffle = 2;
  unsigned id;
  bool known() const { return id == kDeflate || id == kShuffle; }
  /// "lzf", or "filter 32015" of those without a name here.
  std::string text() const;
};

/// The filters of a pipeline message, in the order in which they were applied. Specification IV.A.2.l.
std::vector<Hdf5Filter> read_hdf5_filters(Hdf5Cursor in);

/// A dataset's chunks that a version 1 B-tree lists. Each has to be there; a dataset of weights is written
/// whole.
class Hdf5Chunks {
 public:
  /// `layout`: the rest of the layout message. Throws Model where it does not fit the space.
  Hdf5Chunks(Hdf5Source& source, Hdf5Cursor layout, const Hdf5Space& space, std::uint64_t value_bytes,
             std::vector<Hdf5Filter> filters);

  /// The memory that read() takes while it unpacks.
  std::uint64_t buffer_bytes() const { return filters_.empty() ? 0 : 2 * chunk_bytes_; }
  /// All values, in C order, into space.count · value_bytes bytes.
  void read(std::span<std::uint8_t> out) const;

 private:
  Hdf5Source& source_;
  const Hdf5Space& space_;
  std::uint64_t value_bytes_, chunk_bytes_ = 0, chunks_ = 0, tree_ = 0;
  std::vector<Hdf5Filter> filters_;
  std::vector<std::uint64_t> sides_;  ///< of a chunk
};

}  // namespace giemsa
