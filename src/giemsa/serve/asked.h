#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace giemsa {

/// The head of a request: all of it that the service looks at.
struct Asked {
  std::string method, path;  ///< path: decoded, without the query
  std::map<std::string, std::string> query = {};
  std::string host = {};  ///< as it came, with its port
  std::string authorization = {}, content_type = {}, content_encoding = {}, if_none_match = {}, expect = {};
  std::optional<std::uint64_t> content_length = {};  ///< bytes; nothing where none is told
  bool chunked = false;                              ///< Transfer-Encoding: chunked
  bool wants_close = false;                          ///< the client asks for the connection to be closed
  bool is_http_1_0 = false;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

}  // namespace giemsa
