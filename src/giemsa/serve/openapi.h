#pragma once
#include <string>

#include "giemsa/serve/options.h"

namespace giemsa {

/// The service's description of itself, OpenAPI 3.1.
std::string openapi_json(const ServeOptions& options);

}  // namespace giemsa
