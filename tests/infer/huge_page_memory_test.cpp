#include "giemsa/infer/huge_page_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "giemsa/core/parallel.h"

namespace giemsa {
namespace {

TEST(HugePageMemory, PiecesAreAlignedAndApart) {
  // Small, odd, a whole block's worth of them, and larger than a block.
  const std::vector<std::size_t> sizes{1,       63,      64,      65,         1'000'003,
                                       7 << 20, 8 << 20, 7 << 20, 33'000'001, 5 << 20};
  std::vector<std::shared_ptr<std::byte[]>> pieces(sizes.size());
  parallel_for(sizes.size(), 2, [&](std::size_t i) {
    pieces[i] = huge_page_memory(sizes[i]);
    std::memset(pieces[i].get(), static_cast<int>(i + 1), sizes[i]);
  });
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pieces[i].get()) % 64, 0u);
    EXPECT_EQ(pieces[i][0], static_cast<std::byte>(i + 1));
    EXPECT_EQ(pieces[i][sizes[i] - 1], static_cast<std::byte>(i + 1));
  }
}

TEST(HugePageMemory, OutlivesThePiecesBeforeIt) {
  auto first = huge_page_memory(1000);
  const auto second = huge_page_memory(1000);
  std::memset(second.get(), 7, 1000);
  first.reset();
  const auto third = huge_page_memory(1000);
  std::memset(third.get(), 8, 1000);
  EXPECT_EQ(second[0], std::byte{7});
  EXPECT_EQ(second[999], std::byte{7});
}

}  // namespace
}  // namespace giemsa
