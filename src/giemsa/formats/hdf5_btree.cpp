#include <fmt/format.h>

#include <bit>
#include <set>
#include <vector>

#include "giemsa/formats/hdf5_heap.h"

namespace giemsa {

namespace {

constexpr std::uint64_t kNodeUnits = 64;  // what visiting a node is charged with

/// Remembers the nodes of a tree: one that is met again would make the walk endless.
class Visited {
 public:
  explicit Visited(Hdf5Source& source) : source_(source) {}
  void enter(std::uint64_t node) {
    source_.charge(kNodeUnits);
    source_.check(nodes_.insert(node).second, "a B-tree leads back to one of its nodes");
  }

 private:
  Hdf5Source& source_;
  std::set<std::uint64_t> nodes_;
};

/// Bytes that hold every number up to `limit`.
unsigned bytes_for(std::uint64_t limit) { return (std::bit_width(limit | 1) - 1) / 8 + 1; }

class BtreeV2 {
 public:
  BtreeV2(Hdf5Source& source, std::uint64_t header, unsigned type,
          const std::function<void(Hdf5Cursor)>& visit)
      : source_(source), type_(type), visit_(visit), visited_(source) {
    Hdf5Cursor in = source.at(header, "a B-tree header");
    in.expect("BTHD");
    in.expect_version(0);
    if (in.u8() != type) in.fault("is of the wrong type");
    node_bytes_ = in.u32();
    record_bytes_ = in.u16();
    depth_ = in.u16();
    in.skip(2);  // when to split and merge
    root_ = in.address();
    root_records_ = in.u16();
    source.check(record_bytes_ > 0 && depth_ <= kMaxDepth, "a B-tree has impossible sizes");
  }

  void walk() {
    if (root_ == kHdf5Undefined) return;
    // How wide the counts beside each child are follows from how many records its level can hold.
    const std::uint64_t leaf_records = records_that_fit(0);
    count_bytes_ = bytes_for(leaf_records);
    total_bytes_ = {0};
    std::uint64_t total = leaf_records;
    for (unsigned level = 1; level < depth_; ++level) {
      const std::uint64_t records = records_that_fit(pointer_bytes(level));
      std::uint64_t below;
      source_.check(!__builtin_mul_overflow(records + 1, total, &below) &&
                        !__builtin_add_overflow(below, records, &total),
                    "a B-tree has impossible sizes");
      total_bytes_.push_back(bytes_for(total));
    }
    walk_node(root_, depth_, root_records_);
  }

 private:
  static constexpr unsigned kMaxDepth = 16;
  static constexpr std::uint64_t kFrame = 10;  // signature, version, type, checksum

  std::uint64_t pointer_bytes(unsigned level) const { return 8 + count_bytes_ + total_bytes_[level - 1]; }

  std::uint64_t records_that_fit(std::uint64_t pointer) const {
    source_.check(node_bytes_ >= kFrame + 2 * pointer + record_bytes_, "a B-tree has impossible sizes");
    return (node_bytes_ - kFrame - pointer) / (record_bytes_ + pointer);
  }

  void walk_node(std::uint64_t address, unsigned level, std::uint64_t count) {
    visited_.enter(address);
    Hdf5Cursor in = source_.at(address, node_bytes_, "a B-tree node");
    in.expect(level == 0 ? "BTLF" : "BTIN");
    in.expect_version(0);
    if (in.u8() != type_) in.fault("is of the wrong type");
    Hdf5Cursor records(source_, in.take(count * record_bytes_), "a B-tree's record");
    for (std::uint64_t i = 0; i <= count; ++i) {
      if (level > 0) {
        const std::uint64_t child = in.address();
        const std::uint64_t child_count = in.number(count_bytes_);
        in.skip(total_bytes_[level - 1]);
        walk_node(child, level - 1, child_count);
      }
      if (i == count) break;
      source_.charge(record_bytes_);
      visit_(Hdf5Cursor(source_, records.take(record_bytes_), "a B-tree's record"));
    }
  }

  Hdf5Source& source_;
  unsigned type_;
  const std::function<void(Hdf5Cursor)>& visit_;
  Visited visited_;
  std::uint64_t node_bytes_ = 0, record_bytes_ = 0, root_ = 0, root_records_ = 0;
  unsigned depth_ = 0, count_bytes_ = 0;
  std::vector<unsigned> total_bytes_;  ///< per level: of the records below it; leaves store none
};

}  // namespace

void walk_btree_v1(Hdf5Source& source, std::uint64_t root, unsigned type, std::size_t key_bytes,
                   const std::function<void(Hdf5Cursor, std::uint64_t)>& leaf) {
  Visited visited(source);
  const std::function<void(std::uint64_t, int)> walk = [&](std::uint64_t address, int expected_level) {
    visited.enter(address);
    Hdf5Cursor in = source.at(address, "a B-tree node");
    in.expect("TREE");
    if (in.u8() != type) in.fault("is of the wrong type");
    const int level = in.u8();
    if (expected_level >= 0 && level != expected_level) in.fault("is of the wrong level");
    const unsigned entries = in.u16();
    in.skip(16);  // siblings
    for (unsigned i = 0; i < entries; ++i) {
      source.charge(key_bytes + 8);
      const Hdf5Cursor key(source, in.take(key_bytes), "a B-tree's key");
      const std::uint64_t child = in.address();
      if (level == 0) {
        leaf(key, child);
      } else {
        walk(child, level - 1);
      }
    }
  };
  walk(root, -1);
}

void walk_btree_v2(Hdf5Source& source, std::uint64_t header, unsigned type,
                   const std::function<void(Hdf5Cursor)>& visit) {
  BtreeV2(source, header, type, visit).walk();
}

}  // namespace giemsa
