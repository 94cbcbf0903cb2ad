#pragma once
#include <optional>
#include <string>

#include "giemsa/formats/hdf5_format.h"
#include "giemsa/formats/stored_type.h"

namespace giemsa {

/// The type of number that a datatype message describes: integers and floats that lie as the machine and IEEE
/// 754 have them, and h5py's bool, an enumeration of FALSE and TRUE. Nothing for everything else, as for
/// floats with another bias or another place of their parts. Specification IV.A.2.d.
std::optional<StoredType> hdf5_number_type(const Hdf5Type& type);

/// "big-endian ", "VAX-ordered " or "", for messages about numbers that are not read.
std::string hdf5_byte_order_text(const Hdf5Type& type);

}  // namespace giemsa
