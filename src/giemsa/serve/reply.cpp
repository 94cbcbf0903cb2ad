#include "giemsa/serve/reply.h"

#include <nlohmann/json.hpp>

namespace giemsa {
namespace {

constexpr const char* kJson = "application/json";

}  // namespace

Reply refusal(int status, std::string_view kind, std::string_view message, std::string_view hint) {
  using Json = nlohmann::ordered_json;
  const Json error{{"error", {{"kind", kind}, {"message", message}, {"hint", hint}}}};
  return {.status = status,
          .content_type = kJson,
          .body = error.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
}

Reply busy(std::string_view message) {
  Reply reply = refusal(503, "busy", message, "try again in a second");
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

Reply refusal_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::Data:
      return refusal(422, "data", error.message(), error.hint());
    case ErrorKind::Usage:
      return refusal(400, "usage", error.message(), error.hint());
    case ErrorKind::Model:
      return refusal(500, "model", error.message(), error.hint());
    case ErrorKind::Io:
    case ErrorKind::Internal:
      break;
  }
  return refusal(500, "internal", "this request could not be answered", "the service's log says more");
}

Reply json_reply(std::string text) { return {.status = 200, .content_type = kJson, .body = std::move(text)}; }

}  // namespace giemsa
