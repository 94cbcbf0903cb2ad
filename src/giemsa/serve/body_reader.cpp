#include "giemsa/serve/body_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace giemsa {
namespace {

constexpr std::size_t kMaxLineBytes = 256, kMaxTrailerBytes = 4096;

}  // namespace

Reply too_large(std::uint64_t max_bytes) {
  return refusal(413, "usage", fmt::format("the body is over the limit of {} bytes", max_bytes),
                 "send fewer or smaller pictures in one request");
}

BodyReader::BodyReader(const Asked& asked, std::uint64_t max_bytes)
    : max_bytes_(max_bytes), left_(asked.content_length.value_or(0)) {
  state_ = asked.chunked ? State::ChunkSize : left_ > 0 ? State::Length : State::Complete;
  if (!asked.chunked && left_ > max_bytes_) refuse(too_large(max_bytes_));
}

std::size_t BodyReader::take(std::string_view arrived) {
  std::size_t taken = 0;
  while (taken < arrived.size() && state_ != State::Complete && state_ != State::Refused) {
    if (state_ != State::Length && state_ != State::Chunk) {
      take_line_character(arrived[taken++]);
      continue;
    }
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, arrived.size() - taken));
    body_.append(arrived.substr(taken, size));
    taken += size;
    left_ -= size;
    if (left_ == 0) state_ = state_ == State::Length ? State::Complete : State::ChunkEnd;
  }
  return taken;
}

void BodyReader::take_line_character(char c) {
  line_ += c;
  if (line_.size() > kMaxLineBytes) return refuse(refusal(400, "usage", "a line between chunks is too long"));
  if (c != '\n') return;
  if (!line_.ends_with("\r\n")) return refuse(refusal(400, "usage", "a line between chunks ends oddly"));
  line_.resize(line_.size() - 2);
  end_line();
  line_.clear();
}

void BodyReader::end_line() {
  if (state_ == State::ChunkEnd) {
    if (!line_.empty()) return refuse(refusal(400, "usage", "a chunk is longer than it tells"));
    state_ = State::ChunkSize;
    return;
  }
  if (state_ == State::Trailer) {
    trailer_bytes_ += line_.size() + 2;
    if (trailer_bytes_ > kMaxTrailerBytes) return refuse(refusal(400, "usage", "the trailer is too long"));
    if (line_.empty()) state_ = State::Complete;
    return;
  }
  const char* const end =
      line_.data() + std::min(line_.find(';'), line_.size());  // extensions are passed over
  const auto [at, error] = std::from_chars(line_.data(), end, left_, 16);
  if (error != std::errc() || at != end)
    return refuse(refusal(400, "usage", "a chunk does not tell its size"));
  if (left_ > max_bytes_ - body_.size()) return refuse(too_large(max_bytes_));
  state_ = left_ > 0 ? State::Chunk : State::Trailer;
}

void BodyReader::refuse(Reply reply) {
  state_ = State::Refused;
  refused_ = std::move(reply);
}

}  // namespace giemsa
