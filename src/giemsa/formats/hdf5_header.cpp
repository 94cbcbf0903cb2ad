#include <fmt/format.h>

#include <set>

#include "giemsa/formats/hdf5_format.h"

namespace giemsa {

namespace {

constexpr std::uint64_t kMessageBytes = 64;  // what a message takes in memory, roughly
constexpr const char* kWhat = "an object header";

/// Reads the blocks of one header; each may name further ones.
class HeaderReader {
 public:
  explicit HeaderReader(Hdf5Source& source) : source_(source) {}

  std::vector<Hdf5Message> read(std::uint64_t address) {
    Hdf5Cursor in = source_.at(address, kWhat);
    if (Hdf5Cursor first = in; first.u8() == 1) {
      read_v1(address, in);
    } else {
      read_v2(in);
    }
    return std::move(messages_);
  }

 private:
  struct Block {
    std::uint64_t address, bytes;
  };

  void read_v1(std::uint64_t address, Hdf5Cursor in) {
    in.skip(8);  // version, number of messages (the blocks' sizes say the same), reference count
    const std::uint64_t bytes = in.u32();
    in.skip(4);
    add_block({address + 16, bytes});
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      Hdf5Cursor block = source_.at(blocks_[i].address, blocks_[i].bytes, kWhat);
      while (block.remaining() >= 8) {
        const std::uint16_t type = block.u16(), size = block.u16();
        const unsigned flags = block.u8();
        block.skip(3);
        add_message(type, flags, block.take(size));
      }
    }
  }

  void read_v2(Hdf5Cursor in) {
    in.expect("OHDR");
    in.expect_version(2);
    const unsigned flags = in.u8();
    if (flags & 0x20u) in.skip(16);  // times
    if (flags & 0x10u) in.skip(4);   // when attributes leave the header
    const std::uint64_t bytes = in.number(1u << (flags & 3u));
    const unsigned order_bytes = flags & 0x04u ? 2 : 0;
    read_messages_v2(Hdf5Cursor(source_, in.take(bytes), kWhat), order_bytes);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      Hdf5Cursor block = source_.at(blocks_[i].address, blocks_[i].bytes, kWhat);
      block.expect("OCHK");
      constexpr std::size_t kChecksum = 4;
      if (block.remaining() < kChecksum) block.fault("ends early");
      read_messages_v2(Hdf5Cursor(source_, block.take(block.remaining() - kChecksum), kWhat), order_bytes);
    }
  }

  void read_messages_v2(Hdf5Cursor block, unsigned order_bytes) {
    while (block.remaining() >= 4 + order_bytes) {  // a gap shorter than a message may end it
      const std::uint16_t type = block.u8(), size = block.u16();
      const unsigned flags = block.u8();
      block.skip(order_bytes);
      add_message(type, flags, block.take(size));
    }
  }

  void add_message(std::uint16_t type, unsigned flags, std::span<const std::uint8_t> body) {
    source_.hold(kMessageBytes);
    if (type == Hdf5Message::kContinuation) {
      Hdf5Cursor in(source_, body, "an object header's continuation");
      const std::uint64_t address = in.address();
      add_block({address, in.length()});
    } else {
      messages_.push_back({type, (flags & 0x02u) != 0, body});
    }
  }

  void add_block(Block block) {
    source_.check(seen_.insert(block.address).second, "an object header leads back to itself");
    blocks_.push_back(block);
  }

  Hdf5Source& source_;
  std::vector<Hdf5Message> messages_;
  std::vector<Block> blocks_;
  std::set<std::uint64_t> seen_;
};

}  // namespace

std::vector<Hdf5Message> read_hdf5_header(Hdf5Source& source, std::uint64_t address) {
  return HeaderReader(source).read(address);
}

}  // namespace giemsa
