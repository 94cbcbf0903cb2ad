#include "giemsa/core/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "core/error_matchers.h"

namespace giemsa {
namespace {

TEST(ParallelFor, CallsEveryIndexOnce) {
  for (const int threads : {0, 1, 2, 7, 64}) {
    for (const std::size_t count : {0u, 1u, 2u, 5u, 1000u}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, threads, [&](std::size_t i) { ++calls.at(i); });
      EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const auto& c) { return c == 1; }))
          << threads << " threads, " << count << " items";
    }
  }
}

TEST(ParallelFor, WorkersOwnTheirWorkspaces) {
  constexpr int kThreads = 4;
  std::vector<std::size_t> sums(kThreads);  // unguarded on purpose: one writer each
  parallel_for_workers(10'000, kThreads,
                       [&](int worker, std::size_t i) { sums.at(static_cast<std::size_t>(worker)) += i; });
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), std::size_t{0}), 10'000u * 9'999u / 2);
}

TEST(ParallelFor, UsesNoMoreWorkersThanItems) {
  parallel_for_workers(2, 16, [](int worker, std::size_t) { EXPECT_LT(worker, 2); });
}

TEST(ParallelFor, OneThreadIsTheCallersAndKeepsTheOrder) {
  std::vector<std::size_t> order;
  const auto caller = std::this_thread::get_id();
  parallel_for(5, 1, [&](std::size_t i) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(ParallelFor, RethrowsAndStopsTheRest) {
  for (const int threads : {1, 4}) {
    std::atomic<int> calls{0};
    const auto work = [&](std::size_t i) {
      ++calls;
      if (i == 10) throw Error(ErrorKind::Data, "item 10");
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    };
    EXPECT_EQ(testing::error_of(ErrorKind::Data, [&] { parallel_for(100'000, threads, work); }), "item 10");
    EXPECT_LT(calls, 10'000) << threads;
  }
}

TEST(ParallelFor, ReportsTheFailureOfTheSmallestIndex) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto work = [](std::size_t i) {
      if (i == 3)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // the first to fail, the last to say so
      if (i >= 3) throw Error(ErrorKind::Data, "item " + std::to_string(i));
    };
    EXPECT_EQ(testing::error_of(ErrorKind::Data, [&] { parallel_for(100, 4, work); }), "item 3");
  }
}

TEST(ParallelFor, Nests) {
  std::atomic<int> calls{0};
  parallel_for(4, 4, [&](std::size_t) { parallel_for(25, 2, [&](std::size_t) { ++calls; }); });
  EXPECT_EQ(calls, 100);
}

TEST(ParallelFor, RefusesNegativeThreads) {
  EXPECT_THAT(testing::error_of(ErrorKind::Usage, [] { parallel_for(1, -2, [](std::size_t) {}); }),
              ::testing::HasSubstr("got -2"));
}

TEST(ProcessorCount, IsPositive) { EXPECT_GE(processor_count(), 1); }

}  // namespace
}  // namespace giemsa
