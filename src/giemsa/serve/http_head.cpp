#include "giemsa/serve/http_head.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <optional>
#include <utility>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// A request's bytes to read from, and room for an answer's.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view arrived) : arrived_(arrived) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t taken = arrived_.copy(to, size);
    arrived_.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char* from, std::size_t size) override {
    written.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

  std::string written;

 private:
  std::string_view arrived_;
};

/// Headers that cpp-httplib would act on in ways that are not wanted here: parts of answers (a few ranges of
/// a page make an answer of any size), compressed answers (on loopback they cost more than they save), and
/// "Expect", which server.h answers.
constexpr std::array<std::string_view, 4> kNotForTheLibrary{
    "range:", "if-range:", "accept-encoding:", "expect:"};

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  const std::size_t size = end == std::string_view::npos ? text.size() : end + 2;
  const std::string_view line = text.substr(0, size);
  text.remove_prefix(size);
  return line;
}

bool begins_with_name(std::string_view line, std::string_view name) {
  return line.size() >= name.size() && to_lower(line.substr(0, name.size())) == name;
}

/// A header with each % as %25, since cpp-httplib decodes values as if they were parts of an address:
/// "chunk%65d" would be a coding here and none to a proxy, and a token with a % would be another.
std::string encoded(std::string_view line) {
  std::string text;
  for (const char c : line) text += c == '%' ? std::string("%25") : std::string(1, c);
  return text;
}

/// The head without these, and with values that mean what they say; expect: the value of that header.
std::string for_the_library(std::string_view head, std::string& expect) {
  std::string kept;
  kept.reserve(head.size());
  kept += next_line(head);  // the request, where % has its meaning
  while (!head.empty()) {
    const std::string_view line = next_line(head);
    if (begins_with_name(line, "expect:")) {
      const std::string_view value = line.substr(7);
      const std::size_t begin = value.find_first_not_of(" \t");
      expect = to_lower(value.substr(std::min(begin, value.size())));
      expect.erase(expect.find_last_not_of(" \t\r\n") + 1);
    }
    const bool dropped = std::ranges::any_of(
        kNotForTheLibrary, [&](std::string_view name) { return begins_with_name(line, name); });
    if (!dropped) kept += encoded(line);
  }
  return kept;
}

/// A character of a header's name (RFC 9110: token).
bool is_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool tells_length(std::string_view name) {
  return begins_with_name(name, "content-length") || begins_with_name(name, "transfer-encoding");
}

/// Whether each line behind the first is "Name: value". cpp-httplib passes over those that are not, such as
/// "Content-Length : 5", a length without a value, and values that go on in the next line, which others read
/// otherwise.
bool are_headers(std::string_view head) {
  next_line(head);
  while (head.size() > 2) {
    const std::string_view line = next_line(head);
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) return false;
    const std::string_view name = line.substr(0, colon);
    if (!std::ranges::all_of(name, is_token)) return false;
    const bool is_empty = line.find_first_not_of(" \t\r\n", colon + 1) == std::string_view::npos;
    if (is_empty && tells_length(name)) return false;
  }
  return true;
}

std::optional<std::uint64_t> parse_length(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    return {};
  return std::stoull(text);
}

Reply malformed(std::string_view what) { return refusal(400, "usage", what); }

/// What the service looks at; the rest is checked for what two readers could understand differently.
std::variant<Asked, Reply> asked_of(const httplib::Request& request, std::string expect) {
  const auto header = [&](const char* name) { return request.get_header_value(name); };
  const auto count = [&](const char* name) { return request.get_header_value_count(name); };
  Asked asked{.method = request.method, .path = request.path};
  for (const auto& [name, value] : request.params) asked.query.emplace(name, value);
  asked.host = header("Host");
  asked.authorization = header("Authorization");
  asked.content_type = header("Content-Type");
  asked.content_encoding = to_lower(header("Content-Encoding"));
  asked.if_none_match = header("If-None-Match");
  asked.expect = std::move(expect);
  asked.is_http_1_0 = request.version == "HTTP/1.0";
  asked.wants_close = asked.is_http_1_0 || to_lower(header("Connection")).find("close") != std::string::npos;
  if (count("Host") != 1 && !(asked.is_http_1_0 && count("Host") == 0))
    return malformed("an HTTP/1.1 request names one host");
  if (count("Content-Length") + count("Transfer-Encoding") > 1)
    return malformed("the length of the body is told more than once");
  if (count("Content-Length") == 1) {
    asked.content_length = parse_length(header("Content-Length"));
    if (!asked.content_length) return malformed("Content-Length is not a number of bytes");
  }
  if (count("Transfer-Encoding") == 1) {
    if (to_lower(header("Transfer-Encoding")) != "chunked" || asked.is_http_1_0)
      return refusal(501, "usage", "the only Transfer-Encoding that is read is chunked");
    asked.chunked = true;
  }
  return asked;
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

}  // namespace

HeadEnd find_head_end(std::string_view arrived) {
  using enum HeadEnd::State;
  // Whole lines only: a single \r may be the first half of a line end that is still to come.
  const std::string_view looked = arrived.substr(0, kMaxHeadBytes);
  for (std::size_t at = 0; at < looked.size(); ++at) {
    const char c = looked[at];
    if (c == '\0') return {Malformed, 0};
    if (c == '\n' && (at == 0 || looked[at - 1] != '\r')) return {Malformed, 0};
    if (c == '\r' && at + 1 < looked.size() && looked[at + 1] != '\n') return {Malformed, 0};
    if (c == '\n' && at >= 3 && looked[at - 2] == '\n') return {Complete, at + 1};
  }
  return {arrived.size() >= kMaxHeadBytes ? TooLong : Incomplete, 0};
}

/// cpp-httplib's server without its sockets and threads.
class HttpHead::Speaker final : public httplib::Server {
 public:
  explicit Speaker(int keep_alive_s) {
    set_keep_alive_timeout(keep_alive_s);
    set_keep_alive_max_count(1'000'000);
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      response.status = reply_.status;
      for (const auto& [name, value] : reply_.headers) response.set_header(name, value);
      if (!reply_.content_type.empty()) response.set_header("Content-Type", reply_.content_type);
      response.body = std::move(reply_.body);
      return HandlerResponse::Handled;
    });
  }

  /// What it understands of a head; otherwise the status that it refuses it with.
  std::variant<httplib::Request, int> understand(const std::string& head) {
    std::optional<httplib::Request> understood;
    const std::string written =
        process(head, {}, true, [&](httplib::Request& r) { understood = std::move(r); });
    if (understood) return std::move(*understood);
    constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
    return written.size() > kStatusAt && written[kStatusAt + 2] == '4' ? 414 : 400;
  }

  std::string write(bool is_head, Reply reply, bool close) {
    return process(is_head ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", std::move(reply), close,
                   {});
  }

 private:
  std::string process(std::string_view head, Reply reply, bool close,
                      const std::function<void(httplib::Request&)>& with_request) {
    reply_ = std::move(reply);
    MemoryStream stream(head);
    bool closed = false;
    process_request(stream, close, closed, with_request);
    return std::move(stream.written);
  }

  Reply reply_;
};

HttpHead::HttpHead(int keep_alive_s) : speaker_(std::make_unique<Speaker>(keep_alive_s)) {}
HttpHead::~HttpHead() = default;

std::variant<Asked, Reply> HttpHead::read(std::string_view head) {
  if (!are_headers(head)) return malformed("a line of the head is no header");
  std::string expect;
  auto understood = speaker_->understand(for_the_library(head, expect));
  if (const int* status = std::get_if<int>(&understood)) {
    if (*status == 414) return refusal(414, "usage", "the address is too long");
    return malformed("this is no request of HTTP/1.1");
  }
  return asked_of(std::get<httplib::Request>(understood), std::move(expect));
}

std::string HttpHead::write(Reply reply, bool close, bool without_body) {
  reply.headers.emplace_back("Date", http_date());
  if (without_body) reply.headers.emplace_back("Accept-Ranges", "none");  // or the library says "bytes"
  const bool is_not_modified = reply.status == 304;
  std::string written = speaker_->write(without_body, std::move(reply), close);
  constexpr std::string_view kNoLength = "Content-Length: 0\r\n";
  // Of a 304 it would be the length of what was not modified (RFC 9110, 8.6).
  const std::size_t at = is_not_modified ? written.find(kNoLength) : std::string::npos;
  if (at != std::string::npos) written.erase(at, kNoLength.size());
  return written;
}

}  // namespace giemsa
