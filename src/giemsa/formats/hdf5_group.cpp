#include <fmt/format.h>

#include <algorithm>

#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/hdf5_heap.h"

namespace giemsa {

namespace {

constexpr unsigned kGroupTree = 0, kNameTree = 5;
constexpr std::uint64_t kLinkBytes = 64;  // what an entry takes in memory, beside its name

/// Names of old groups lie in a local heap, each with a zero at its end. Specification III.D.
Hdf5Cursor local_heap(const Hdf5Source& source, std::uint64_t address) {
  Hdf5Cursor in = source.at(address, "a local heap");
  in.expect("HEAP");
  in.expect_version(0);
  in.skip(3);
  const std::uint64_t size = in.length();
  in.skip(8);  // free space
  return source.at(in.address(), size, "a local heap");
}

std::string name_at(Hdf5Cursor heap, std::uint64_t offset) {
  heap.skip(offset);
  const auto rest = heap.take(heap.remaining());
  const auto end = std::ranges::find(rest, 0);
  if (end == rest.end()) heap.fault("holds a name without an end");
  return {rest.begin(), end};
}

/// The entries of a symbol node. Specification III.B, III.C.
void read_symbols(Hdf5Source& source, std::uint64_t address, Hdf5Cursor heap, std::vector<Hdf5Link>& links) {
  Hdf5Cursor in = source.at(address, "a symbol node");
  in.expect("SNOD");
  in.expect_version(1);
  in.skip(1);
  const unsigned count = in.u16();
  for (unsigned i = 0; i < count; ++i) {
    constexpr std::uint32_t kSoftLink = 2;
    Hdf5Link link{name_at(heap, in.length()), in.address(), {}};
    if (in.u32() == kSoftLink) link.address.reset();
    in.skip(4 + 16);  // reserved, cached values
    source.hold(kLinkBytes + link.name.size());
    links.push_back(std::move(link));
  }
}

/// A link message, which lies in the group's header or in its heap. Specification IV.A.2.g.
Hdf5Link read_link(Hdf5Source& source, Hdf5Cursor in) {
  in.expect_version(1);
  const unsigned flags = in.u8();
  const unsigned kind = flags & 0x08u ? in.u8() : 0;
  Hdf5Link link;
  if (flags & 0x04u) link.creation_order = in.u64();
  if (flags & 0x10u) in.skip(1);  // ASCII or UTF-8
  const auto name = in.take(in.number(1u << (flags & 3u)));
  link.name.assign(name.begin(), name.end());
  if (kind == 0) link.address = in.address();
  source.hold(kLinkBytes + link.name.size());
  return link;
}

}  // namespace

std::vector<Hdf5Link> Hdf5Object::links() const {
  std::vector<Hdf5Link> links;
  if (const Hdf5Message* table = message(Hdf5Message::kSymbolTable)) {
    Hdf5Cursor in = body(*table, "its symbol table");
    const std::uint64_t tree = in.address();
    const Hdf5Cursor heap = local_heap(*source_, in.address());
    walk_btree_v1(*source_, tree, kGroupTree, 8,
                  [&](Hdf5Cursor, std::uint64_t node) { read_symbols(*source_, node, heap, links); });
  }
  for (const Hdf5Message& link : messages()) {
    if (link.type == Hdf5Message::kLink) links.push_back(read_link(*source_, body(link, "a link")));
  }
  if (const Hdf5Message* info = message(Hdf5Message::kLinkInfo)) {
    Hdf5Cursor in = body(*info, "its link information");
    in.expect_version(0);
    if (in.u8() & 1u) in.skip(8);  // the largest creation order
    const std::uint64_t heap_address = in.address();
    if (heap_address != kHdf5Undefined) {
      const FractalHeap heap(*source_, heap_address);
      walk_btree_v2(*source_, in.address(), kNameTree, [&](Hdf5Cursor record) {
        record.skip(4);  // the name's hash
        const auto link = heap.object(record.take(heap.id_bytes()));
        links.push_back(read_link(*source_, Hdf5Cursor(*source_, link, "a link")));
      });
    }
  }
  return links;
}

}  // namespace giemsa
