#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "giemsa/serve/asked.h"
#include "giemsa/serve/reply.h"

namespace giemsa {

/// Takes the body of a request out of the bytes of its connection as they arrive: of a told length, or in
/// chunks (RFC 9112, 7.1). Never takes more than the limit.
class BodyReader {
 public:
  BodyReader(const Asked& asked, std::uint64_t max_bytes);

  /// Takes of `arrived` what belongs to the body, and says how many bytes that was: fewer than all of them
  /// when the body has ended or is refused.
  std::size_t take(std::string_view arrived);

  bool is_complete() const { return state_ == State::Complete; }
  /// Why it is not read on: 413 for one over the limit, 400 for broken chunks.
  const std::optional<Reply>& refused() const { return refused_; }
  std::size_t size() const { return body_.size(); }
  /// Bytes of memory that the body takes: up to twice what has arrived of it.
  std::size_t capacity() const { return body_.capacity(); }
  std::string release() { return std::move(body_); }

 private:
  enum class State { Length, ChunkSize, Chunk, ChunkEnd, Trailer, Complete, Refused };

  void take_line_character(char c);
  void end_line();
  void refuse(Reply reply);

  std::string body_;
  std::string line_;                ///< of a chunk's size, its end or the trailer, as far as it has come
  std::uint64_t max_bytes_, left_;  ///< left_: of the body or of the chunk
  std::size_t trailer_bytes_ = 0;
  State state_;
  std::optional<Reply> refused_;
};

/// The refusal of a body of more bytes than are read.
Reply too_large(std::uint64_t max_bytes);

}  // namespace giemsa
