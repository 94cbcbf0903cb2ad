#include "giemsa/serve/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "giemsa/core/error.h"
#include "giemsa/serve/work_queue.h"

namespace giemsa {
namespace {

constexpr std::size_t kLeastToken = 8, kMostToken = 1024;

template <class T>
void within(const char* name, T value, T least, T most) {
  require(value >= least && value <= most, ErrorKind::Usage,
          fmt::format("[serve] {} is {}; expected {} to {}", name, value, least, most));
}

}  // namespace

void check(const ServeOptions& options) {
  within("--port", options.port, 0, 65535);
  within("--threads", options.threads, 0, 1024);
  within<std::uint64_t>("--max-body", options.max_body_bytes, 1024, 1ull << 30);
  within<std::uint64_t>("--max-pixels", options.max_pixels, 1, DecodeLimits{}.max_pixels);
  within<std::size_t>("--max-pictures", options.max_pictures, 1, 4096);
  within<std::size_t>("--queue", options.queue, 1, 1u << 20);
  within("--timeout", options.timeout_s, 0.1, 3600.0);
  within<std::size_t>("--max-connections", options.max_connections, 1, 1u << 20);
  const std::size_t places = places_for_many(options.queue);
  require(places >= options.max_pictures, ErrorKind::Usage,
          fmt::format("[serve] a queue of {} pictures has {} places for requests of several; one may have {}",
                      options.queue, places, options.max_pictures),
          fmt::format("--queue {}, or --max-pictures {}", 8 * (options.max_pictures - 1) / 7 + 1, places));
  require(options.certificate_file.empty() == options.key_file.empty(), ErrorKind::Usage,
          "[serve] TLS needs both a certificate and its key", "--tls-cert cert.pem --tls-key key.pem");
}

std::string checked_token(const std::string& text, const std::string& origin) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  std::string token;
  if (begin != std::string::npos) token = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  require(token.size() >= kLeastToken && token.size() <= kMostToken, ErrorKind::Usage,
          fmt::format("[serve] the token of {} has {} characters; expected {} to {}", origin, token.size(),
                      kLeastToken, kMostToken),
          "openssl rand -hex 32 makes one");
  require(std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; }), ErrorKind::Usage,
          fmt::format("[serve] the token of {} has characters other than ASCII letters, digits and signs",
                      origin),
          "openssl rand -hex 32 makes one");
  return token;
}

}  // namespace giemsa
