#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa {

/// What is answered to a request, before it becomes bytes.
struct Reply {
  int status = 200;
  std::string content_type = {};  ///< "": there is no body
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// {"error": {"kind", "message", "hint"}}, the body of every refusal. kind: that of an error ("usage",
/// "data", "io", "model", "internal"), or "busy", "unauthorized".
Reply refusal(int status, std::string_view kind, std::string_view message, std::string_view hint = {});

/// 503 with Retry-After, for what there is no room or no time for now.
Reply busy(std::string_view message);

/// By the kind of error: 422 for Data, 400 for Usage, 500 otherwise. What is inside a fault of giemsa itself
/// is not told to clients.
Reply refusal_of(const Error& error);

/// JSON text; what is not UTF-8 in it is replaced.
Reply json_reply(std::string text);

}  // namespace giemsa
