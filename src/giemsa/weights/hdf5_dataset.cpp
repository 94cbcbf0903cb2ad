#include <fmt/format.h>

#include <array>

#include "giemsa/weights/hdf5.h"
#include "giemsa/weights/hdf5_chunks.h"

namespace giemsa {

namespace {

constexpr const char* kUnpack = "rewrite the file unpacked: h5repack -l CONTI -f NONE IN OUT";

/// What messages call the classes of datatypes (specification IV.A.2.d).
constexpr std::array kClasses{"integers",     "floats",           "times",     "text",
                              "bits",         "opaque",           "compounds", "references",
                              "enumerations", "variable lengths", "arrays"};

/// The type of number; nothing where it is none that is read. Specification IV.A.2.d.
std::optional<StoredType> number_type(const Hdf5Type& type) {
  const bool big_endian = (type.bits & 1u) != 0;
  if (big_endian && type.bytes > 1) return std::nullopt;
  if (type.type_class == Hdf5Type::Integer) {
    const bool negative = (type.bits & 0x08u) != 0;
    switch (type.bytes) {
      case 1:
        return negative ? StoredType::I8 : StoredType::U8;
      case 2:
        return negative ? StoredType::I16 : StoredType::U16;
      case 4:
        return negative ? StoredType::I32 : StoredType::U32;
      case 8:
        return negative ? StoredType::I64 : StoredType::U64;
    }
  }
  if (type.type_class == Hdf5Type::Float) {
    Hdf5Cursor in = type.properties;
    in.skip(5);  // offset, precision, place of the exponent
    const unsigned exponent_bits = in.u8();
    if (type.bytes == 2 && exponent_bits == 5) return StoredType::F16;
    if (type.bytes == 2 && exponent_bits == 8) return StoredType::BF16;
    if (type.bytes == 4 && exponent_bits == 8) return StoredType::F32;
    if (type.bytes == 8 && exponent_bits == 11) return StoredType::F64;
  }
  if (type.type_class == Hdf5Type::Enumeration && type.bytes == 1)
    return StoredType::Bool;  // as h5py writes it
  return std::nullopt;
}

}  // namespace

Hdf5Tensor Hdf5Object::tensor() const {
  const Hdf5Space space = read_hdf5_space(body(Hdf5Message::kDataspace, "its size"));
  const Hdf5Type type = read_hdf5_type(body(Hdf5Message::kDatatype, "its type"));
  // Keras 3 stores bfloat16, which numpy does not know, as two opaque bytes and says so in an attribute.
  const auto note = type.bytes == 2 ? strings("dtype") : std::nullopt;
  const bool bfloat16 = note && note->size() == 1 && note->front() == "bfloat16";
  const auto stored = bfloat16 ? std::optional(StoredType::BF16) : number_type(type);
  if (!stored) {
    const bool big_endian = type.type_class <= Hdf5Type::Float && (type.bits & 1u) != 0;
    unsupported(
        fmt::format("holds {}{} of {} bytes; little-endian floats and integers are read",
                    big_endian ? "big-endian " : "",
                    type.type_class < kClasses.size() ? kClasses[type.type_class] : "something unknown",
                    type.bytes),
        "store the tensor as float32");
  }
  if (message(Hdf5Message::kExternalFiles)) unsupported("lies in other files", kUnpack);

  const std::uint64_t bytes = space.count * type.bytes;  // fits: read_hdf5_space
  std::span<const std::uint8_t> data;
  std::vector<std::uint8_t> unpacked;
  Hdf5Cursor layout = body(Hdf5Message::kLayout, "its layout");
  const unsigned version = layout.u8(), kind = layout.u8();
  if (version != 3 && version != 4) unsupported(fmt::format("has layout version {}", version), kUnpack);
  constexpr unsigned kCompact = 0, kContiguous = 1, kChunked = 2;
  if (kind == kCompact) {
    const std::uint64_t held = layout.u16();
    data = layout.take(held);
  } else if (kind == kContiguous) {
    const std::uint64_t address = layout.address();
    if (bytes > 0 && address == kHdf5Undefined) fault("was never written");
    if (bytes > 0) data = source_->at(address, layout.length(), "a dataset").take(bytes);
  } else if (kind == kChunked && version == 3) {
    const Hdf5Message* filters = message(Hdf5Message::kFilters);
    const auto pipeline =
        filters ? read_hdf5_filters(body(*filters, "its filters")) : std::vector<Hdf5Filter>{};
    for (const Hdf5Filter& filter : pipeline) {
      if (!filter.known()) {
        unsupported(
            fmt::format("is packed with the filter '{}'; deflate and shuffle are read", filter.text()),
            kUnpack);
      }
    }
    unpacked = read_hdf5_chunks(*source_, layout, space, type.bytes, pipeline);
    data = unpacked;
  } else {
    unsupported(kind == kChunked ? "lies in chunks of a newer kind" : "has an unknown layout", kUnpack);
  }
  if (data.size() < bytes)
    fault(fmt::format("has {} bytes of data, its shape asks for {}", data.size(), bytes));

  const bool in_place = *stored == StoredType::F32 && unpacked.empty() && source_->owner() && bytes > 0 &&
                        reinterpret_cast<std::uintptr_t>(data.data()) % alignof(float) == 0;
  if (in_place) {
    return {{space.shape,
             std::shared_ptr<const float[]>(source_->owner(), reinterpret_cast<const float*>(data.data()))},
            *stored};
  }
  source_->charge(space.count * sizeof(float));
  return {HostTensor::make(space.shape, [&](std::span<float> values) { to_fp32(*stored, data, values); }),
          *stored};
}

}  // namespace giemsa
