#include "giemsa/serve/body_reader.h"

#include <gtest/gtest.h>

namespace giemsa::testing {
namespace {

const Asked kChunked{.method = "POST", .path = "/", .chunked = true};

Asked of_length(std::uint64_t length) { return {.method = "POST", .path = "/", .content_length = length}; }

/// Gives the bytes in pieces of a size; what is left of them is not the body's.
struct Fed {
  bool is_complete;
  int refused;  ///< the status; 0: it is not
  std::string body, rest;
};
Fed feed(const Asked& asked, const std::string& bytes, std::size_t piece, std::uint64_t max_bytes = 100) {
  BodyReader reader(asked, max_bytes);
  std::size_t at = 0;
  while (at < bytes.size() && !reader.is_complete() && !reader.refused())
    at += reader.take(std::string_view(bytes).substr(at, piece));
  return {reader.is_complete(), reader.refused() ? reader.refused()->status : 0, reader.release(),
          bytes.substr(at)};
}

TEST(BodyReader, TakesALengthAndLeavesTheRest) {
  for (std::size_t piece = 1; piece <= 12; ++piece) {
    const Fed fed = feed(of_length(5), "helloGET /", piece);
    EXPECT_TRUE(fed.is_complete);
    EXPECT_EQ(fed.body, "hello");
    EXPECT_EQ(fed.rest, "GET /");
  }
  EXPECT_TRUE(BodyReader(of_length(0), 100).is_complete());
  EXPECT_FALSE(feed(of_length(5), "hell", 10).is_complete);
}

TEST(BodyReader, TakesChunksInAnyPieces) {  // RFC 9112, 7.1
  const std::string bytes =
      "5\r\nhello\r\n1;a=\"b\"\r\n \r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Fed fed = feed(kChunked, bytes, piece);
    EXPECT_TRUE(fed.is_complete) << piece;
    EXPECT_EQ(fed.body, "hello 0123456789") << piece;
    EXPECT_EQ(fed.rest, "GET /") << piece;
  }
}

TEST(BodyReader, RefusesBrokenChunks) {
  for (const std::string& bytes :
       {std::string("zz\r\n"), std::string("\r\n"), std::string("-1\r\n"), std::string("5\nhello"),
        std::string("5\r\nhelloworld\r\n"), std::string("11111111111111111\r\n"), std::string(300, '0'),
        std::string(" 5\r\nhello\r\n"), "0\r\n" + std::string(9000, 'a')}) {
    for (const std::size_t piece : {1, 7, 10'000})
      EXPECT_EQ(feed(kChunked, bytes, piece).refused, 400) << bytes.substr(0, 30);
  }
  std::string trailer = "0\r\n";
  for (int i = 0; i < 100; ++i) trailer += "A: " + std::string(100, 'b') + "\r\n";
  EXPECT_EQ(feed(kChunked, trailer, 10'000).refused, 400);
}

TEST(BodyReader, NeverHoldsMoreThanTheLimit) {
  EXPECT_EQ(BodyReader(of_length(101), 100).refused()->status, 413);
  EXPECT_FALSE(BodyReader(of_length(100), 100).refused());
  EXPECT_TRUE(feed(kChunked, "64\r\n" + std::string(100, 'a') + "\r\n0\r\n\r\n", 1000).is_complete);
  const Fed fed = feed(kChunked, "64\r\n" + std::string(100, 'a') + "\r\n1\r\na\r\n0\r\n\r\n", 1000);
  EXPECT_EQ(fed.refused, 413);
  EXPECT_EQ(fed.body.size(), 100u);
  EXPECT_EQ(feed(kChunked, "ffffffffffffffff\r\n", 1000).refused, 413);
}

}  // namespace
}  // namespace giemsa::testing
