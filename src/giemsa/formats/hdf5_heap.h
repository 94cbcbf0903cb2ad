#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "giemsa/formats/hdf5_source.h"

namespace giemsa {

/// Calls `leaf(key, child)` for every entry of the leaves of a version 1 B-tree, in order. `type`: 0 for
/// groups (the child is a symbol node), 1 for chunks (the child is the chunk). Specification III.A.1.
void walk_btree_v1(Hdf5Source& source, std::uint64_t root, unsigned type, std::size_t key_bytes,
                   const std::function<void(Hdf5Cursor key, std::uint64_t child)>& leaf);

/// Calls `visit(record)` for every record of a version 2 B-tree, in order. Specification III.A.2.
void walk_btree_v2(Hdf5Source& source, std::uint64_t header, unsigned type,
                   const std::function<void(Hdf5Cursor record)>& visit);

/// The bytes of an object in a global heap, where strings of variable length lie. Specification III.E.
std::span<const std::uint8_t> global_heap_object(Hdf5Source& source, std::uint64_t collection,
                                                 std::uint32_t index);

/// A fractal heap, where new groups and objects with many attributes keep them. Specification III.G.
class FractalHeap {
 public:
  FractalHeap(Hdf5Source& source, std::uint64_t header);

  std::size_t id_bytes() const { return id_bytes_; }
  /// The bytes of the object with this identifier of id_bytes() bytes.
  std::span<const std::uint8_t> object(std::span<const std::uint8_t> id) const;

 private:
  std::span<const std::uint8_t> managed_object(std::uint64_t offset, std::uint64_t size) const;
  std::span<const std::uint8_t> huge_object(std::uint64_t key) const;

  Hdf5Source* source_;
  std::size_t id_bytes_;
  unsigned offset_bytes_, length_bytes_;
  std::uint64_t huge_tree_, table_width_, start_block_bytes_, max_direct_bytes_, root_;
  unsigned root_rows_;
};

}  // namespace giemsa
