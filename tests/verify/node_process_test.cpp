// Talking to a script in node.

#include "giemsa/verify/node_process.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

namespace giemsa {
namespace {

#define GIEMSA_NEEDS_NODE() \
  if (std::system("node --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no node"

/// Sums up 1,000,000 bytes that come only after it has touched and used its standard streams.
constexpr const char* kSum = R"javascript(
const fs = require('node:fs');
process.stdin.isTTY;
console.log(process.stdout.isTTY, 'no answer');
const bytes = Buffer.alloc(1e6);
fs.writeSync(3, 'ready\n');
for (let at = 0; at < bytes.length;) at += fs.readSync(3, bytes, at, bytes.length - at, null);
fs.writeSync(3, bytes.reduce((sum, byte) => sum + byte, 0) + '\n' + process.argv[1] + '\n');
)javascript";

TEST(NodeProcess, AnswersWhateverTouchesTheStandardStreams) {
  GIEMSA_NEEDS_NODE();
  NodeProcess node(kSum, {"an argument"});
  std::string line;
  ASSERT_TRUE(node.read_line(line));
  EXPECT_EQ(line, "ready");
  std::vector<std::uint8_t> bytes(1'000'000);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  EXPECT_TRUE(node.write(bytes));
  ASSERT_TRUE(node.read_line(line));
  EXPECT_EQ(line, std::to_string(std::accumulate(bytes.begin(), bytes.end(), 0)));
  ASSERT_TRUE(node.read_line(line));
  EXPECT_EQ(line, "an argument");
  EXPECT_FALSE(node.read_line(line)) << "it has ended";
  EXPECT_FALSE(node.write(bytes));
}

}  // namespace
}  // namespace giemsa
