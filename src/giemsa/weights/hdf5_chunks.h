#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/weights/hdf5_format.h"

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

/// A dataset's bytes out of chunks that a version 1 B-tree lists. `layout`: the rest of the layout message.
/// Each chunk has to be there; a dataset of weights is written whole.
std::vector<std::uint8_t> read_hdf5_chunks(Hdf5Source& source, Hdf5Cursor layout, const Hdf5Space& space,
                                           std::uint64_t value_bytes, const std::vector<Hdf5Filter>& filters);

}  // namespace giemsa
