#include "giemsa/data/record.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"

namespace giemsa {

std::string part_name(Part part) {
  switch (part) {
    case Part::Train:
      return "train";
    case Part::Val:
      return "val";
    case Part::Test:
      return "test";
    case Part::None:
      break;
  }
  return "";
}

Part parse_part(const std::string& name, const std::string& where) {
  if (name.empty()) return Part::None;
  if (name == "train") return Part::Train;
  if (name == "val" || name == "validation" || name == "valid") return Part::Val;
  if (name == "test") return Part::Test;
  throw Error(ErrorKind::Data,
              fmt::format("[split] {}: part '{}'; train, val, test or nothing is expected", where, name));
}

}  // namespace giemsa
