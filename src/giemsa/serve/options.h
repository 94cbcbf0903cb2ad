#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "giemsa/image/codec.h"

namespace giemsa {

/// How `giemsa serve` listens, and the bounds that nothing from outside goes beyond.
struct ServeOptions {
  std::string host = "127.0.0.1";         ///< a name or an address, of IPv4 or IPv6
  int port = 8080;                        ///< 0: one that is free
  int threads = 0;                        ///< that look at pictures; 0: one per processor
  std::optional<std::string> token = {};  ///< asked of every request but GET /healthz
  std::string certificate_file = {};      ///< PEM; with key_file: TLS
  std::string key_file = {};              ///< PEM
  std::string access_log = "-";           ///< a file; "-": standard error; "none": no log

  std::uint64_t max_body_bytes = 64ull << 20;  ///< of one request
  std::uint64_t max_pixels = 16ull << 20;      ///< of one picture: width × height
  std::size_t max_pictures = 256;              ///< of one request
  std::size_t queue = 1024;                    ///< pictures of all requests that may wait (places_for_many)
  double timeout_s = 30;  ///< for a request to arrive, to be answered, for its answer to be taken: each
  std::size_t max_connections = 4096;           ///< fewer where the system grants fewer files
  std::uint64_t max_held_bytes = 512ull << 20;  ///< of requests and answers of all connections
  double idle_s = 30;                           ///< an open connection without a request is closed after that

  bool has_tls() const { return !certificate_file.empty(); }
  DecodeLimits decode_limits() const { return {.max_file_bytes = max_body_bytes, .max_pixels = max_pixels}; }
};

/// Throws Usage for a value out of bounds, or ones that do not go together.
void check(const ServeOptions& options);

/// What a token is made of: the text of a file or of the environment without white space at its ends. Throws
/// Usage, naming `origin`, for fewer than 8 or more than 1024 characters, or such as a header cannot hold.
std::string checked_token(const std::string& text, const std::string& origin);

}  // namespace giemsa
