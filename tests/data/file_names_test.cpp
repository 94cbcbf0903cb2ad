#include "giemsa/data/file_names.h"

#include <gtest/gtest.h>

#include <chrono>

namespace giemsa {
namespace {

TEST(FileNames, AreGivenOnce) {
  const std::string x250(250, 'x'), x230(230, 'x'), x229(229, 'x');
  const struct {
    std::string wanted, given;
  } kCases[] = {
      {"a.png", "a.png"},
      {"a.png", "a_2.png"},
      {"a.jpg", "a.jpg"},
      {"a_3.png", "a_3.png"},
      {"a.png", "a_4.png"},
      {".hidden.png", "_.hidden.png"},
      {"_.hidden.png", "_.hidden_2.png"},
      {x250 + "y.png", x250 + "y.png"},  // 255 bytes
      {x250 + "y.png", x230 + "_2.png"},
      {x250 + "z.png", x250 + "z.png"},
      {x250 + "z.png", x230 + "_3.png"},
      {"." + x250 + ".png", "_." + x229.substr(1) + ".png"},  // 256 bytes with the "_"
      {"." + x250 + ".png", "_." + x229.substr(1) + "_2.png"},
  };
  FileNames names;
  for (const auto& [wanted, given] : kCases) EXPECT_EQ(names.give(wanted), given);
}

TEST(FileNames, ManyOfOneNameTakeNoLonger) {
  FileNames names;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 1; i < 100'000; ++i) names.give("a.png");
  EXPECT_EQ(names.give("a.png"), "a_100000.png");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));  // all pairs take far longer
}

}  // namespace
}  // namespace giemsa
