#include "giemsa/serve/http_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(HeadEnd, IsBehindTheEmptyLine) {
  using enum HeadEnd::State;
  const struct {
    std::string arrived;
    HeadEnd::State state;
    std::size_t size;
  } cases[] = {
      {"", Incomplete, 0},
      {"GET / HTTP/1.1\r\n\r", Incomplete, 0},
      {"GET / HTTP/1.1\r\n\r\n", Complete, 18},
      {"GET / HTTP/1.1\r\nA: b\r\n\r\nmore\r\n\r\n", Complete, 24},
      {"GET / HTTP/1.1\n\n", Malformed, 0},
      {"GET / HTTP/1.1\r\nA: b\n\r\n", Malformed, 0},
      {"GET / HTTP/1.1\rA: b\r\n\r\n", Malformed, 0},
      {std::string("GET /\0 HTTP/1.1\r\n\r\n", 19), Malformed, 0},
      {std::string(kMaxHeadBytes - 4, 'a') + "\r\n\r\n", Complete, kMaxHeadBytes},
      {std::string(kMaxHeadBytes - 3, 'a') + "\r\n\r\n", TooLong, 0},
      {std::string(kMaxHeadBytes, 'a'), TooLong, 0},
  };
  for (const auto& [arrived, state, size] : cases) {
    const HeadEnd end = find_head_end(arrived);
    EXPECT_EQ(end.state, state) << arrived.substr(0, 60);
    EXPECT_EQ(end.size, size) << arrived.substr(0, 60);
  }
}

Asked understood(const std::string& head) {
  auto read = HttpHead(30).read(head);
  if (const Reply* reply = std::get_if<Reply>(&read)) ADD_FAILURE() << reply->body << " to " << head;
  return std::holds_alternative<Asked>(read) ? std::get<Asked>(read) : Asked{};
}

int status_of(const std::string& head) {
  auto read = HttpHead(30).read(head);
  const Reply* reply = std::get_if<Reply>(&read);
  return reply ? reply->status : 200;
}

TEST(HttpHead, ReadsWhatTheServiceLooksAt) {
  const Asked asked = understood(
      "POST /v1/explain%20x?class=a%20b&name=c HTTP/1.1\r\nhost: here\r\nAUTHORIZATION: Bearer abc\r\n"
      "Content-Type: image/png\r\nContent-Length: 12\r\nContent-Encoding: GZip\r\nIf-None-Match: \"1\"\r\n"
      "Expect:  100-Continue \r\nRange: bytes=0-1\r\n\r\n");
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.path, "/v1/explain x");
  EXPECT_EQ(asked.query.at("class"), "a b");
  EXPECT_EQ(asked.query.at("name"), "c");
  EXPECT_EQ(asked.authorization, "Bearer abc");
  EXPECT_EQ(asked.content_type, "image/png");
  EXPECT_EQ(asked.content_length, 12u);
  EXPECT_EQ(asked.content_encoding, "gzip");
  EXPECT_EQ(asked.if_none_match, "\"1\"");
  EXPECT_EQ(asked.expect, "100-continue");
  EXPECT_FALSE(asked.wants_close);
  EXPECT_FALSE(asked.chunked);
}

TEST(HttpHead, TakesValuesAsTheyStand) {
  const Asked asked = understood(
      "GET /a%41 HTTP/1.1\r\nHost: x%41\r\nAuthorization: Bearer ab%41%u0041%%0\r\n"
      "Content-Type: a%00%0d%0ab\r\n\r\n");
  EXPECT_EQ(asked.path, "/aA");
  EXPECT_EQ(asked.host, "x%41");
  EXPECT_EQ(asked.authorization, "Bearer ab%41%u0041%%0");
  EXPECT_EQ(asked.content_type, "a%00%0d%0ab");
}

TEST(HttpHead, KnowsWhenAConnectionEnds) {
  EXPECT_TRUE(understood("GET / HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, Close\r\n\r\n").wants_close);
  EXPECT_TRUE(understood("GET / HTTP/1.0\r\n\r\n").wants_close);
  EXPECT_FALSE(understood("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n").wants_close);
}

TEST(HttpHead, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const struct {
    std::string head;
    int status;
  } cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},  // no host
      {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
      {post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {post + "Content-Length: -5\r\n\r\n", 400},
      {post + "Content-Length: +5\r\n\r\n", 400},
      {post + "Content-Length: 0x5\r\n\r\n", 400},
      {post + "Content-Length: %35\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunk%65d\r\n\r\n", 501},
      {post + "Content-Length: 5, 5\r\n\r\n", 400},
      {post + "Content-Length:\r\n\r\n", 400},
      {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {post + "Content-Length : 5\r\n\r\n", 400},
      {post + "A: b\r\n Content-Length: 5\r\n\r\n", 400},  // a line that goes on
      {post + "no colon\r\n\r\n", 400},
      {post + ": nameless\r\n\r\n", 400},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
      {"GET /\r\nHost: x\r\n\r\n", 400},
      {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"\r\n\r\n", 400},
      {post + "Transfer-Encoding: Chunked\r\n\r\n", 200},
      {post + "Content-Length: 0\r\n\r\n", 200},
  };
  for (const auto& [head, status] : cases) EXPECT_EQ(status_of(head), status) << head.substr(0, 120);
}

TEST(HttpHead, WritesAnswers) {
  HttpHead http(30);
  const Reply reply{.status = 404, .content_type = "text/plain", .body = "none", .headers = {{"A", "b"}}};
  EXPECT_THAT(http.write(reply, false),
              AllOf(StartsWith("HTTP/1.1 404 Not Found\r\n"), HasSubstr("\r\nA: b\r\n"),
                    HasSubstr("\r\nContent-Type: text/plain\r\n"), HasSubstr("\r\nContent-Length: 4\r\n"),
                    HasSubstr("\r\nKeep-Alive: timeout=30"), HasSubstr("\r\nDate: "), Not(HasSubstr("close")),
                    EndsWith("\r\n\r\nnone")));
  EXPECT_THAT(http.write(reply, true), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(http.write(reply, false, true),
              AllOf(HasSubstr("\r\nContent-Length: 4\r\n"), EndsWith("\r\n\r\n")));
  EXPECT_THAT(http.write({.status = 304}, false),
              AllOf(StartsWith("HTTP/1.1 304 "), EndsWith("\r\n\r\n"), Not(HasSubstr("Content-Length"))));
}

TEST(HttpHead, DoesNotRememberTheRequestBefore) {
  HttpHead http(30);
  http.write({.status = 200, .body = "secret"}, false);
  EXPECT_EQ(
      std::get<Asked>(http.read("GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: b\r\n\r\n")).authorization,
      "b");
  EXPECT_EQ(std::get<Asked>(http.read("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")).authorization, "");
  EXPECT_THAT(http.write({.status = 200, .body = "x"}, false), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace giemsa::testing
