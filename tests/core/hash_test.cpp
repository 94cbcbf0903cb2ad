#include "giemsa/core/hash.h"

#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

// The example messages of FIPS 180-4 and of NIST's test vectors.
constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kTwoBlocks = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
constexpr const char* kMillion = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, MatchesPublishedVectors) {
  EXPECT_EQ(sha256_hex(""), kEmpty);
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), kTwoBlocks);
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), kMillion);
  EXPECT_EQ(sha256_hex(Bytes{'a', 'b', 'c'}), kAbc);
}

TEST(Sha256, PiecesDoNotMatter) {
  const std::string text(1000, 'a');
  Sha256 hash;
  for (int i = 0; i < 1000; ++i) hash.update(text);
  hash.update("");
  EXPECT_EQ(hash.hex(), kMillion);
}

TEST(Sha256, EndsOnce) {
  Sha256 hash;
  EXPECT_EQ(hash.hex(), kEmpty);
  EXPECT_THAT(testing::error_of(ErrorKind::Internal, [&] { hash.hex(); }), ::testing::HasSubstr("twice"));
}

TEST(Sha256, OfAFile) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "million", std::string(1'000'000, 'a'));
  write_atomic(folder.path() / "empty", "");
  EXPECT_EQ(sha256_of_file(folder.path() / "million"), kMillion);
  EXPECT_EQ(sha256_of_file(folder.path() / "empty"), kEmpty);
  EXPECT_THAT(testing::error_of(ErrorKind::Io, [&] { sha256_of_file(folder.path() / "none"); }),
              ::testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace giemsa
