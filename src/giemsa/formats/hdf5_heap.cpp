#include "giemsa/formats/hdf5_heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

namespace giemsa {

namespace {

constexpr unsigned kHugeObjectTree = 1;  // B-tree of huge objects that are found by a key
constexpr std::uint64_t kObjectUnits = 16;

}  // namespace

std::span<const std::uint8_t> global_heap_object(Hdf5Source& source, std::uint64_t collection,
                                                 std::uint32_t index) {
  Hdf5Cursor frame = source.at(collection, "a global heap");
  frame.expect("GCOL");
  frame.expect_version(1);
  frame.skip(3);
  const std::uint64_t size = frame.length();
  Hdf5Cursor in = source.at(collection, size, "a global heap");
  in.skip(16);
  while (in.remaining() >= 16) {
    source.charge(kObjectUnits);
    const std::uint32_t object = in.u16();
    in.skip(6);  // reference count
    const std::uint64_t bytes = in.length();
    if (object == 0) break;  // the free space at the end
    const auto content = in.take(bytes);
    if (object == index) return content;
    in.skip(std::min<std::size_t>((8 - bytes % 8) % 8, in.remaining()));
  }
  source.fault(fmt::format("the global heap at byte {} lacks object {}", collection, index));
}

FractalHeap::FractalHeap(Hdf5Source& source, std::uint64_t header) : source_(&source) {
  Hdf5Cursor in = source.at(header, "a fractal heap");
  in.expect("FRHP");
  in.expect_version(0);
  id_bytes_ = in.u16();
  const unsigned filter_bytes = in.u16();
  in.skip(1);  // flags: checksums, which lie in the blocks' heads
  const std::uint64_t max_managed_bytes = in.u32();
  in.skip(8);  // the next huge object's key
  huge_tree_ = in.address();
  in.skip(80);  // free space, allocation, numbers of objects
  table_width_ = in.u16();
  start_block_bytes_ = in.length();
  max_direct_bytes_ = in.length();
  const unsigned max_heap_bits = in.u16();
  in.skip(2);  // rows at the start
  root_ = in.address();
  root_rows_ = in.u16();
  constexpr std::uint64_t kMaxBlock = std::uint64_t{1} << 32;
  if (filter_bytes != 0) {
    source.unsupported("a fractal heap is filtered", "rewrite the file: h5repack -f NONE IN OUT");
  }
  source.check(id_bytes_ > 0 && id_bytes_ <= 64 && max_heap_bits <= 63 && max_managed_bytes > 0 &&
                   table_width_ > 0 && std::has_single_bit(start_block_bytes_) &&
                   std::has_single_bit(max_direct_bytes_) && start_block_bytes_ <= max_direct_bytes_ &&
                   max_direct_bytes_ <= kMaxBlock,
               "a fractal heap has impossible sizes");
  offset_bytes_ = (max_heap_bits + 7) / 8;
  const unsigned direct_bits = static_cast<unsigned>(std::countr_zero(max_direct_bytes_));
  const unsigned managed_bits = static_cast<unsigned>(std::bit_width(max_managed_bytes)) - 1;
  length_bytes_ = std::min((direct_bits + 7) / 8, managed_bits / 8 + 1);
}

std::span<const std::uint8_t> FractalHeap::object(std::span<const std::uint8_t> id) const {
  source_->charge(kObjectUnits);
  Hdf5Cursor in(*source_, id, "a heap identifier");
  const unsigned kind = in.u8();
  if (kind >> 6 != 0) in.fault("has an unknown version");
  switch (kind >> 4 & 3) {
    case 0: {
      const std::uint64_t offset = in.number(offset_bytes_);
      return managed_object(offset, in.number(length_bytes_));
    }
    case 1:
      return huge_object(in.number(static_cast<unsigned>(std::min<std::size_t>(8, in.remaining()))));
    default:
      in.fault("is of an unknown kind");
  }
}

/// Blocks form a table with rows of `table_width_` blocks: those of the first two rows are as large as the
/// starting block, those of each further row twice as large; a block beyond the largest direct one is such a
/// table in turn. Offsets count through all blocks, their heads included.
std::span<const std::uint8_t> FractalHeap::managed_object(std::uint64_t offset, std::uint64_t size) const {
  std::uint64_t block = root_, block_bytes = start_block_bytes_;
  std::uint64_t rows = root_rows_;
  const std::uint64_t first_row_bytes = table_width_ * start_block_bytes_;
  while (rows > 0) {
    std::uint64_t row = 0, row_begin = 0;
    block_bytes = start_block_bytes_;
    if (offset >= first_row_bytes) {
      row = static_cast<std::uint64_t>(std::bit_width(offset / first_row_bytes));
      row_begin = first_row_bytes << (row - 1);
      block_bytes = start_block_bytes_ << (row - 1);
    }
    source_->check(row < rows, "an object lies outside its fractal heap");
    const std::uint64_t column = (offset - row_begin) / block_bytes;
    offset = (offset - row_begin) % block_bytes;
    Hdf5Cursor table = source_->at(block, "a fractal heap's table");
    table.expect("FHIB");
    table.expect_version(0);
    table.skip(8 + offset_bytes_ + 8 * (row * table_width_ + column));
    block = table.address();
    rows = block_bytes <= max_direct_bytes_ ? 0
                                            : std::uint64_t(std::bit_width(block_bytes)) -
                                                  std::uint64_t(std::bit_width(first_row_bytes)) + 1;
  }
  Hdf5Cursor in = source_->at(block, block_bytes, "a fractal heap's block");
  in.expect("FHDB");
  in.expect_version(0);
  Hdf5Cursor content = source_->at(block, block_bytes, "a fractal heap's block");
  content.skip(offset);
  return content.take(size);
}

std::span<const std::uint8_t> FractalHeap::huge_object(std::uint64_t key) const {
  std::optional<std::span<const std::uint8_t>> found;
  walk_btree_v2(*source_, huge_tree_, kHugeObjectTree, [&](Hdf5Cursor record) {
    const std::uint64_t address = record.address(), size = record.length();
    if (record.length() == key) found = source_->at(address, "a huge object").take(size);
  });
  source_->check(found.has_value(), "a fractal heap lacks one of its huge objects");
  return *found;
}

}  // namespace giemsa
