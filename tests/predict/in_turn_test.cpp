#include "giemsa/predict/in_turn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;

TEST(InTurn, DeliversInOrderWhateverTakesLong) {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::size_t> delivered;
    in_turn(500, threads, [&](std::size_t i) -> Delivery {
      if (i % 37 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      return [&, i] { delivered.push_back(i); };
    });
    std::vector<std::size_t> all(500);
    std::iota(all.begin(), all.end(), 0u);
    EXPECT_EQ(delivered, all) << threads;
  }
  in_turn(0, 2, [](std::size_t) -> Delivery { throw Error(ErrorKind::Internal, "called"); });
}

TEST(InTurn, StaysAheadByABoundedNumber) {
  std::atomic<std::size_t> begun = 0;
  std::size_t most_ahead = 0;
  in_turn(2000, 2, [&](std::size_t i) -> Delivery {
    ++begun;
    if (i == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the others wait for this one
    return [&, i] { most_ahead = std::max(most_ahead, begun - i); };
  });
  EXPECT_LE(most_ahead, 64u);
  EXPECT_GE(most_ahead, 32u);
}

TEST(InTurn, FailsAfterWhatComesBeforeWhateverTheThreads) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::size_t> delivered;
    try {
      in_turn(1000, threads, [&](std::size_t i) -> Delivery {
        if (i == 3) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        if (i == 3 || i == 4) throw Error(ErrorKind::Model, i == 3 ? "three" : "four");
        return [&, i] { delivered.push_back(i); };
      });
      FAIL() << threads;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "three");
    }
    EXPECT_THAT(delivered, ElementsAre(0, 1, 2)) << threads;
  }
}

TEST(InTurn, StopsWhenADeliveryFails) {
  for (const int threads : {1, 2, 5}) {
    std::atomic<std::size_t> begun = 0;
    std::size_t delivered = 0;
    const auto full_disk = [&](std::size_t i) -> Delivery {
      ++begun;
      return [&, i] {
        if (i == 10) throw Error(ErrorKind::Io, "disk full");
        ++delivered;
      };
    };
    EXPECT_THROW(in_turn(100'000, threads, full_disk), Error);
    EXPECT_EQ(delivered, 10u);
    EXPECT_LE(begun, 10u + 32u * static_cast<std::size_t>(threads) + 1u);
  }
  EXPECT_THROW(in_turn(1, -1, [](std::size_t) -> Delivery { return [] {}; }), Error);
}

}  // namespace
}  // namespace giemsa
