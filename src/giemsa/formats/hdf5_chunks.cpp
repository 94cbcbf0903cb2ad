#include "giemsa/formats/hdf5_chunks.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "giemsa/formats/hdf5_heap.h"

namespace giemsa {

namespace {

constexpr unsigned kChunkTree = 1;

/// The inverse of HDF5's shuffle, which puts the first bytes of all values first, then all second bytes, ….
std::vector<std::uint8_t> unshuffle(std::span<const std::uint8_t> in, std::uint64_t value_bytes) {
  std::vector<std::uint8_t> out(in.begin(), in.end());
  const std::size_t count = in.size() / value_bytes;
  for (std::size_t byte = 0; byte < value_bytes; ++byte) {
    for (std::size_t i = 0; i < count; ++i) out[i * value_bytes + byte] = in[byte * count + i];
  }
  return out;
}

/// Reads the chunks into the dataset's values, one after the other.
class ChunkReader {
 public:
  ChunkReader(Hdf5Source& source, const Hdf5Space& space, std::uint64_t value_bytes,
              std::uint64_t chunk_bytes, const std::vector<std::uint64_t>& sides,
              const std::vector<Hdf5Filter>& filters, std::span<std::uint8_t> values)
      : source_(source),
        space_(space),
        value_bytes_(value_bytes),
        chunk_bytes_(chunk_bytes),
        sides_(sides),
        filters_(filters),
        values_(values) {}

  std::size_t seen() const { return seen_.size(); }

  void read_chunk(Hdf5Cursor key, std::uint64_t address) {
    const std::uint64_t stored_bytes = key.u32();
    const std::uint32_t skipped = key.u32();  // a bit per filter that was not applied
    std::vector<std::uint64_t> begin;
    for (std::size_t d = 0; d < sides_.size(); ++d) {
      begin.push_back(key.u64());
      if (begin[d] >= static_cast<std::uint64_t>(space_.shape[d]) || begin[d] % sides_[d] != 0) {
        key.fault("is not the place of a chunk");
      }
    }
    if (!seen_.insert(begin).second) key.fault("is there twice");
    source_.charge(stored_bytes + chunk_bytes_ * (1 + filters_.size()));  // it may reach beyond the values
    std::span<const std::uint8_t> bytes = source_.at(address, "a chunk").take(stored_bytes);
    const auto part = source_.part(bytes);  // whose pages leave memory when it is unpacked
    std::vector<std::uint8_t> unpacked;
    for (std::size_t i = filters_.size(); i-- > 0;) {
      if (i < 32 && (skipped >> i & 1u)) continue;
      unpacked = filters_[i].id == Hdf5Filter::kDeflate ? inflate(bytes) : unshuffle(bytes, value_bytes_);
      bytes = unpacked;
    }
    if (bytes.size() != chunk_bytes_) key.fault("leads to a chunk of another size");
    place(bytes, begin);
  }

 private:
  std::vector<std::uint8_t> inflate(std::span<const std::uint8_t> bytes) const {
    std::vector<std::uint8_t> out(chunk_bytes_);
    uLongf size = out.size();
    const int result = ::uncompress(out.data(), &size, bytes.data(), bytes.size());
    source_.check(result == Z_OK && size == out.size(), "a deflated chunk is damaged");
    return out;
  }

  /// Copies the part of a chunk that lies inside the dataset, one run along the last dimension at a time.
  void place(std::span<const std::uint8_t> chunk, const std::vector<std::uint64_t>& begin) {
    const std::size_t rank = sides_.size();
    const auto side = [&](std::size_t d) { return static_cast<std::uint64_t>(space_.shape[d]); };
    const std::uint64_t run_bytes = std::min(sides_.back(), side(rank - 1) - begin.back()) * value_bytes_;
    const std::uint64_t row_bytes = sides_.back() * value_bytes_;
    for (std::uint64_t row = 0; row < chunk.size() / row_bytes; ++row) {
      std::uint64_t rest = row, offset = begin.back(), stride = side(rank - 1);
      bool inside = true;
      for (std::size_t d = rank - 1; d-- > 0;) {
        const std::uint64_t coordinate = begin[d] + rest % sides_[d];
        rest /= sides_[d];
        inside &= coordinate < side(d);
        offset += coordinate * stride;
        stride *= side(d);
      }
      if (inside)
        std::memcpy(values_.data() + offset * value_bytes_, chunk.data() + row * row_bytes, run_bytes);
    }
  }

  Hdf5Source& source_;
  const Hdf5Space& space_;
  std::uint64_t value_bytes_, chunk_bytes_;
  const std::vector<std::uint64_t>& sides_;
  const std::vector<Hdf5Filter>& filters_;
  std::span<std::uint8_t> values_;
  std::set<std::vector<std::uint64_t>> seen_;
};

}  // namespace

std::string Hdf5Filter::text() const {
  switch (id) {
    case kDeflate:
      return "deflate";
    case kShuffle:
      return "shuffle";
    case 3:
      return "fletcher32";
    case 4:
      return "szip";
    case 5:
      return "nbit";
    case 6:
      return "scaleoffset";
    case 32000:
      return "lzf";
    default:
      return fmt::format("filter {}", id);
  }
}

std::vector<Hdf5Filter> read_hdf5_filters(Hdf5Cursor in) {
  const unsigned version = in.u8();
  if (version != 1 && version != 2) in.fault(fmt::format("has version {}, expected 1 or 2", version));
  const unsigned count = in.u8();
  if (version == 1) in.skip(6);
  std::vector<Hdf5Filter> filters;
  for (unsigned i = 0; i < count; ++i) {
    const unsigned id = in.u16();
    constexpr unsigned kFirstNamed = 256;
    const std::uint64_t name_bytes = version == 1 || id >= kFirstNamed ? in.u16() : 0;
    in.skip(2);  // whether it may fail
    const std::uint64_t values = in.u16();
    in.skip(version == 1 ? (name_bytes + 7) / 8 * 8 : name_bytes);
    in.skip(4 * values + (version == 1 && values % 2 == 1 ? 4 : 0));
    filters.push_back({id});
  }
  return filters;
}

Hdf5Chunks::Hdf5Chunks(Hdf5Source& source, Hdf5Cursor layout, const Hdf5Space& space,
                       std::uint64_t value_bytes, std::vector<Hdf5Filter> filters)
    : source_(source), space_(space), value_bytes_(value_bytes), filters_(std::move(filters)) {
  constexpr std::uint64_t kMaxChunkBytes = std::uint64_t{1} << 32;  // of HDF5
  const std::size_t rank = space.shape.size();
  if (layout.u8() != rank + 1 || rank == 0) layout.fault("has another number of dimensions than its size");
  tree_ = layout.address();
  chunk_bytes_ = value_bytes;
  chunks_ = 1;
  for (const std::int64_t side : space.shape) {
    const std::uint64_t chunk_side = layout.u32();
    if (chunk_side == 0 || chunk_bytes_ > kMaxChunkBytes / chunk_side) layout.fault("has impossible chunks");
    chunk_bytes_ *= chunk_side;
    sides_.push_back(chunk_side);
    chunks_ *= (static_cast<std::uint64_t>(side) + chunk_side - 1) / chunk_side;
  }
  if (layout.u32() != value_bytes) layout.fault("has another size of values than its type");
  if (chunks_ > 0 && tree_ == kHdf5Undefined) layout.fault("has no chunks");
}

void Hdf5Chunks::read(std::span<std::uint8_t> out) const {
  if (chunks_ == 0) return;
  ChunkReader reader(source_, space_, value_bytes_, chunk_bytes_, sides_, filters_, out);
  walk_btree_v1(source_, tree_, kChunkTree, 8 + 8 * (sides_.size() + 1),
                [&](Hdf5Cursor key, std::uint64_t address) { reader.read_chunk(key, address); });
  if (reader.seen() != chunks_)
    source_.fault(fmt::format("a dataset has {} chunks of {}", reader.seen(), chunks_));
}

}  // namespace giemsa
