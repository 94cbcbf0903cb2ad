#include <fmt/format.h>

#include <array>

#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/hdf5_chunks.h"
#include "giemsa/formats/hdf5_number.h"

namespace giemsa {

namespace {

constexpr unsigned kCompact = 0, kContiguous = 1, kChunked = 2;  // kinds of layout
constexpr const char* kUnpack = "rewrite the file unpacked: h5repack -l CONTI -f NONE IN OUT";

/// What messages call the classes of datatypes (specification IV.A.2.d).
constexpr std::array kClasses{"integers",     "floats",           "times",     "text",
                              "bits",         "opaque",           "compounds", "references",
                              "enumerations", "variable lengths", "arrays"};

}  // namespace

Hdf5Tensor Hdf5Object::tensor() const {
  const Hdf5Space space = read_hdf5_space(body(Hdf5Message::kDataspace, "its size"));
  const Hdf5Type type = read_hdf5_type(body(Hdf5Message::kDatatype, "its type"));
  // Keras 3 stores bfloat16, which numpy does not know, as two opaque bytes and says so in an attribute.
  const auto note = type.bytes == 2 ? strings("dtype") : std::nullopt;
  const bool bfloat16 = note && note->size() == 1 && note->front() == "bfloat16";
  const auto stored = bfloat16 ? std::optional(StoredType::BF16) : hdf5_number_type(type);
  if (!stored) {
    unsupported(
        fmt::format("holds {}{} of {} bytes; little-endian integers and floats as IEEE 754 has them are read",
                    hdf5_byte_order_text(type),
                    type.type_class < kClasses.size() ? kClasses[type.type_class] : "something unknown",
                    type.bytes),
        "store the tensor as float32");
  }
  if (message(Hdf5Message::kExternalFiles)) unsupported("lies in other files", kUnpack);

  const std::uint64_t fp32_bytes = space.count * sizeof(float);  // fits: read_hdf5_space
  const std::uint64_t bytes = space.count * type.bytes;
  Hdf5Cursor layout = body(Hdf5Message::kLayout, "its layout");
  const unsigned version = layout.u8(), kind = layout.u8();
  if (version != 3 && version != 4) unsupported(fmt::format("has layout version {}", version), kUnpack);
  if (kind == kCompact || kind == kContiguous) {
    const auto data = contiguous_data(layout, kind == kCompact, bytes);
    // Pages leave memory with the tensor, or when its numbers are converted.
    const auto part = bytes > 0 ? source_->part(data) : nullptr;
    if (part && *stored == StoredType::F32 &&
        reinterpret_cast<std::uintptr_t>(part.get()) % alignof(float) == 0) {
      return {{space.shape, {part, reinterpret_cast<const float*>(part.get())}}, *stored};
    }
    source_->hold(fp32_bytes);
    return {HostTensor::make(space.shape, [&](std::span<float> out) { to_fp32(*stored, data, out); }),
            *stored};
  }
  if (kind != kChunked || version != 3)
    unsupported(kind == kChunked ? "lies in chunks of a newer kind" : "has an unknown layout", kUnpack);
  const Hdf5Chunks chunks(*source_, layout, space, type.bytes, filters());
  if (*stored == StoredType::F32) {
    source_->hold(fp32_bytes, chunks.buffer_bytes());
    return {HostTensor::make(space.shape,
                             [&](std::span<float> out) {
                               chunks.read({reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes()});
                             }),
            *stored};
  }
  source_->hold(fp32_bytes, bytes + chunks.buffer_bytes());
  std::vector<std::uint8_t> unpacked(bytes);
  chunks.read(unpacked);
  return {HostTensor::make(space.shape, [&](std::span<float> out) { to_fp32(*stored, unpacked, out); }),
          *stored};
}

std::span<const std::uint8_t> Hdf5Object::contiguous_data(Hdf5Cursor layout, bool compact,
                                                          std::uint64_t bytes) const {
  if (bytes == 0) return {};
  std::span<const std::uint8_t> data;
  if (compact) {
    data = layout.take(layout.u16());
  } else {
    const std::uint64_t address = layout.address();
    if (address == kHdf5Undefined) fault("was never written");
    data = source_->at(address, layout.length(), "a dataset").take(bytes);
  }
  if (data.size() < bytes)
    fault(fmt::format("has {} bytes of data, its shape asks for {}", data.size(), bytes));
  return data.first(bytes);
}

std::vector<Hdf5Filter> Hdf5Object::filters() const {
  const Hdf5Message* pipeline = message(Hdf5Message::kFilters);
  if (!pipeline) return {};
  std::vector<Hdf5Filter> filters = read_hdf5_filters(body(*pipeline, "its filters"));
  for (const Hdf5Filter& filter : filters) {
    if (!filter.known()) {
      unsupported(fmt::format("is packed with the filter '{}'; deflate and shuffle are read", filter.text()),
                  kUnpack);
    }
  }
  return filters;
}

}  // namespace giemsa
