#pragma once
#include <string_view>

#include "giemsa/formats/hdf5_source.h"

namespace giemsa {

/// An attribute message up to its values. Specification IV.A.2.m.
struct Hdf5Attribute {
  std::string_view name;
  bool shared;  ///< its type or space lie elsewhere
  Hdf5Cursor type, space, values;
};
Hdf5Attribute read_hdf5_attribute(const Hdf5Source& source, Hdf5Cursor in);

}  // namespace giemsa
