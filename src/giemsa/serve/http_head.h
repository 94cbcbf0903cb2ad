#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "giemsa/serve/asked.h"
#include "giemsa/serve/reply.h"

namespace giemsa {

/// Most bytes of a head: request line and headers.
inline constexpr std::size_t kMaxHeadBytes = 16 << 10;

/// Where the head of a request ends in what has arrived of it.
struct HeadEnd {
  enum class State {
    Incomplete,  ///< more must come
    Complete,    ///< it takes `size` bytes, the empty line included
    TooLong,     ///< over kMaxHeadBytes
    Malformed,   ///< bytes that no head has: a NUL, a line end of a single character
  };
  State state = State::Incomplete;
  std::size_t size = 0;
};
HeadEnd find_head_end(std::string_view arrived);

/// HTTP/1.1 between bytes and the service, by cpp-httplib: it parses heads and writes answers, in memory. It
/// is not given sockets or bodies, for it would spend a thread on each connection and unpack what it is sent
/// (server.h, body_reader.h). Not for several threads at once.
class HttpHead {
 public:
  /// keep_alive_s: how long clients are told that a connection without requests stays open.
  explicit HttpHead(int keep_alive_s);
  ~HttpHead();

  /// A whole head. Where it is none that HTTP/1.1 allows: the refusal. Stricter than cpp-httplib where two
  /// readers could disagree about the end of the request: lengths and codings that are doubled or contradict
  /// each other.
  std::variant<Asked, Reply> read(std::string_view head);

  /// The bytes of an answer. close: it is the connection's last; without_body: to a HEAD request.
  std::string write(Reply reply, bool close, bool without_body = false);

 private:
  class Speaker;
  std::unique_ptr<Speaker> speaker_;
};

}  // namespace giemsa
