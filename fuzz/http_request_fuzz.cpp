// What a client sends, from the bytes of a connection to the parts of a form: heads, lengths, chunks,
// credentials, multipart.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "giemsa/core/error.h"
#include "giemsa/serve/authorisation.h"
#include "giemsa/serve/body_reader.h"
#include "giemsa/serve/http_head.h"
#include "giemsa/serve/multipart.h"

namespace {

using namespace giemsa;

constexpr std::uint64_t kMaxBody = 4096;
constexpr std::size_t kMaxParts = 8;

void check(bool condition) {
  if (!condition) std::abort();
}

void parse(const std::string& body, const std::string& content_type) {
  try {
    const auto parts = parse_form(body, content_type, kMaxParts);
    check(parts.size() <= kMaxParts);
    for (const FormPart& part : parts)  // a view into the body
      check(part.content.empty() || (part.content.data() >= body.data() &&
                                     part.content.data() + part.content.size() <= body.data() + body.size()));
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::Data);
  }
}

}  // namespace

/// The first byte is the size of the pieces that a body arrives in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static HttpHead http(30);
  static const Authorisation authorisation("a-token-of-mine");
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];
  std::string_view connection(reinterpret_cast<const char*>(data + 1), size - 1);
  for (;;) {
    const HeadEnd end = find_head_end(connection);
    if (end.state != HeadEnd::State::Complete) return 0;
    check(end.size <= kMaxHeadBytes && end.size <= connection.size());
    auto read = http.read(connection.substr(0, end.size));
    connection.remove_prefix(end.size);
    if (Reply* refused = std::get_if<Reply>(&read)) {
      check(refused->status >= 400 && !refused->body.empty());
      check(http.write(std::move(*refused), true).starts_with("HTTP/1.1 "));
      return 0;
    }
    const Asked& asked = std::get<Asked>(read);
    authorisation.allows(asked.authorization);
    BodyReader reader(asked, kMaxBody);
    while (!reader.is_complete() && !reader.refused() && !connection.empty()) {
      const std::size_t taken = reader.take(connection.substr(0, piece));
      check(taken <= std::min(piece, connection.size()));
      connection.remove_prefix(taken);
      check(reader.size() <= kMaxBody);
    }
    if (!reader.is_complete()) return 0;
    const std::string body = reader.release();
    if (is_form(asked.content_type)) parse(body, asked.content_type);
  }
}
