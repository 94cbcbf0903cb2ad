#pragma once
#include <cstdint>
#include <vector>

#include "giemsa/formats/hdf5_source.h"

namespace giemsa {

/// One message of an object's header; what an object is, is said by the messages it has.
struct Hdf5Message {
  /// Types (specification IV.A.2).
  static constexpr std::uint16_t kDataspace = 0x01, kLinkInfo = 0x02, kDatatype = 0x03, kLink = 0x06,
                                 kExternalFiles = 0x07, kLayout = 0x08, kFilters = 0x0B, kAttribute = 0x0C,
                                 kContinuation = 0x10, kSymbolTable = 0x11, kAttributeInfo = 0x15;
  std::uint16_t type;
  bool shared;  ///< the body says where else in the file it lies
  std::span<const std::uint8_t> body;
};

/// All messages of the object header at `address`, of version 1 or 2, with its continuations.
std::vector<Hdf5Message> read_hdf5_header(Hdf5Source& source, std::uint64_t address);

/// A datatype message: its class, the class's bits, and what follows.
struct Hdf5Type {
  enum Class : unsigned { Integer = 0, Float = 1, String = 3, Opaque = 5, Enumeration = 8, Variable = 9 };
  unsigned type_class, version;
  std::uint32_t bits;
  std::uint64_t bytes;  ///< per value
  Hdf5Cursor properties;
};
Hdf5Type read_hdf5_type(Hdf5Cursor in);

/// The sides of a dataspace; none for a single value.
struct Hdf5Space {
  std::vector<std::int64_t> shape;
  std::uint64_t count;  ///< of values
};
Hdf5Space read_hdf5_space(Hdf5Cursor in);

}  // namespace giemsa
