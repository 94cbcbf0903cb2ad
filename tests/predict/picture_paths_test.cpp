#include "giemsa/predict/picture_paths.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/predict/shard.h"

namespace giemsa {
namespace {

TEST(PicturePaths, GiveBackWhatWasAdded) {
  const std::vector<std::string> added{
      "a.png", "x/a.png", "x/b.png", "/b.png", "x//c.png", "x/y/", "", std::string(400'000, 'n') + "/n.png"};
  PicturePaths paths;
  for (const std::string& path : added) paths.add(path);
  EXPECT_EQ(paths.strings(), added);
  EXPECT_EQ(paths.size(), added.size());
  paths.add(std::string(300'000, 'm'));  // longer than a block
  EXPECT_EQ(paths[added.size()], std::string(300'000, 'm'));
}

TEST(PicturePaths, SortAsStringsDo) {
  // Letters about '/', and folders that are the beginning of others or of names.
  Random random({7});
  const auto word = [&](std::size_t most) {
    std::string text;
    for (std::size_t i = random.below(most + 1); i > 0; --i) text += "-./0a\xC3"[random.below(6)];
    return text;
  };
  std::vector<std::string> expected{"first", "second"};
  for (int i = 0; i < 3000; ++i) expected.push_back(word(3) + "/" + word(4));
  PicturePaths paths;
  for (const std::string& path : expected) paths.add(path);
  paths.sort_from(2);
  std::sort(expected.begin() + 2, expected.end());
  EXPECT_EQ(paths.strings(), expected);
}

TEST(Shard, IsDisjointAndCovers) {
  for (const std::size_t count : {0u, 1u, 3u, 4u, 5u, 23u}) {
    for (const std::size_t of : {1u, 2u, 4u, 7u}) {
      std::vector<int> seen(count);
      for (std::size_t number = 1; number <= of; ++number) {
        const Shard shard = parse_shard(std::to_string(number) + "/" + std::to_string(of));
        for (std::size_t i = 0; i < shard.size(count); ++i) ++seen.at(shard.at(i));
      }
      EXPECT_EQ(seen, std::vector<int>(count, 1)) << count << " in " << of;
    }
  }
  EXPECT_EQ(parse_shard("2/4").at(1), 5u);
}

TEST(Shard, IsWrittenInOneWay) {
  for (const char* text :
       {"", "2", "0/4", "5/4", "2/", "/4", "2/4/6", "-1/4", "2/4x", " 2/4", "99999999999999999999/4"})
    EXPECT_THROW(parse_shard(text), Error) << text;
}

}  // namespace
}  // namespace giemsa
