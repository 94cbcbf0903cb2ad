#include "giemsa/core/version.h"

namespace giemsa {

std::string_view version() { return GIEMSA_VERSION; }

}  // namespace giemsa
