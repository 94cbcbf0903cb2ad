#pragma once
#include <string_view>

namespace giemsa {

/// "0.1.0".
std::string_view version();

}  // namespace giemsa
