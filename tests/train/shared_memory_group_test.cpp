// Peers as threads of this program, so that a sanitizer sees both sides; as processes: peers_test.cpp.

#include "giemsa/train/shared_memory_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <numeric>
#include <thread>

#include "giemsa/core/error.h"
#include "giemsa/train/shared_segment.h"

namespace giemsa::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Runs `work(group, rank)` in a thread for each rank; returns what each threw, or "".
template <class Work>
std::vector<std::string> in_threads(int count, std::chrono::milliseconds timeout, int ended, Work work) {
  const std::size_t bytes = SharedMemoryGroup::bytes(count);
  std::unique_ptr<std::byte, decltype(&std::free)> memory(
      static_cast<std::byte*>(std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096)), &std::free);
  std::fill_n(memory.get(), bytes, std::byte{0});
  std::vector<std::string> thrown(count);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < count; ++rank) {
    threads.emplace_back([&, rank] {
      SharedMemoryGroup group(memory.get(), rank, count, timeout, [&](int other) { return other != ended; });
      try {
        work(group, rank);
      } catch (const Error& error) {
        thrown[rank] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return thrown;
}

constexpr int kAllLive = -1;

/// Many exchanges of all kinds, while ranks come late in turn: a slot that is written too early gives wrong
/// numbers, and a rank that is woken too late or never lets the timeout pass.
TEST(SharedMemoryGroup, ManyExchangesOfManySizes) {
  for (const int count : {2, 3, 5}) {
    const double ranks = count * (count - 1) / 2.0;  // their sum
    const auto thrown = in_threads(count, 20s, kAllLive, [&](SharedMemoryGroup& group, int rank) {
      for (int round = 0; round < 200; ++round) {
        if (round % 50 == rank) std::this_thread::sleep_for(5ms);
        const std::vector<double> mine{100.0 * rank + round, 0.5};
        std::vector<double> all(mine.size() * count);
        group.gather(mine, all);
        for (int other = 0; other < count; ++other) {
          ASSERT_EQ(all[2 * other], 100 * other + round);
          ASSERT_EQ(all[2 * other + 1], 0.5);
        }
        std::vector<torch::Tensor> pieces{torch::full({1 + round}, rank + round, torch::kFloat32),
                                          torch::arange(17, torch::kFloat32) * rank};
        group.mean(pieces);
        ASSERT_TRUE(pieces[0].allclose(torch::full({1 + round}, ranks / count + round)));
        ASSERT_TRUE(pieces[1].allclose(torch::arange(17, torch::kFloat32) * (ranks / count)));
        std::vector<torch::Tensor> values{torch::full({3}, rank + round, torch::kFloat32)};
        group.broadcast(values);
        ASSERT_TRUE(values[0].equal(torch::full({3}, round, torch::kFloat32)));
      }
    });
    for (const std::string& text : thrown) EXPECT_EQ(text, "");
  }
}

/// More values than a slot holds go in parts; a full bucket fits.
TEST(SharedMemoryGroup, LargeValues) {
  const auto thrown = in_threads(2, 20s, kAllLive, [](SharedMemoryGroup& group, int rank) {
    std::vector<double> mine(300'001);
    std::iota(mine.begin(), mine.end(), 1e6 * rank);
    std::vector<double> all(2 * mine.size());
    group.gather(mine, all);
    for (std::size_t i = 0; i < all.size(); ++i)
      ASSERT_EQ(all[i], i < mine.size() ? double(i) : 1e6 + double(i - mine.size()));
    std::vector<torch::Tensor> bucket{torch::full({group.bucket_values()}, 2 * rank, torch::kFloat32)};
    group.mean(bucket);
    ASSERT_TRUE(bucket[0].eq(1).all().item<bool>());
  });
  for (const std::string& text : thrown) EXPECT_EQ(text, "");
}

TEST(SharedMemoryGroup, AllNameTheOneThatEnded) {
  const auto start = std::chrono::steady_clock::now();
  const auto thrown = in_threads(3, 20s, /*ended=*/1, [](SharedMemoryGroup& group, int rank) {
    if (rank == 1) return;
    double value = 0, all[3];
    group.gather({&value, 1}, all);
  });
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_EQ(thrown[1], "");
  for (const int rank : {0, 2}) EXPECT_THAT(thrown[rank], HasSubstr("[peers] rank 1 of 3 has ended"));
}

/// What a rank had to give before it ended, the others get.
TEST(SharedMemoryGroup, TheLastExchangeOfOneThatEnded) {
  const auto thrown = in_threads(2, 20s, /*ended=*/1, [](SharedMemoryGroup& group, int rank) {
    if (rank == 0) std::this_thread::sleep_for(1s);
    double value = rank, all[2] = {-1, -1};
    group.gather({&value, 1}, all);
    EXPECT_THAT(all, ::testing::ElementsAre(0, 1));
  });
  EXPECT_EQ(thrown[0], "");
}

TEST(SharedMemoryGroup, AllNameTheOneThatIsSilent) {
  const auto thrown = in_threads(3, 1000ms, kAllLive, [](SharedMemoryGroup& group, int rank) {
    double value = 0, all[3];
    if (rank != 2) group.gather({&value, 1}, all);
  });
  for (const int rank : {0, 1})
    EXPECT_THAT(thrown[rank], HasSubstr("[peers] rank 2 of 3 did not answer within 1 s"));
}

/// A process of its own that opens `address`, becomes `rank` in it, writes 7 into byte 1000 and stays until
/// it is killed.
class Member {
 public:
  Member(const std::string& address, std::size_t bytes, int rank) {
    int ready[2];
    if (::pipe(ready) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      const std::optional<SharedSegment> segment = SharedSegment::open(address, bytes);
      const bool joined = segment && segment->take(rank);
      if (joined) segment->data()[1000] = std::byte{7};
      const bool written = ::write(ready[1], joined ? "y" : "n", 1) == 1;
      while (written) ::pause();
      ::_exit(1);
    }
    char answer = 0;
    joined_ = ::read(ready[0], &answer, 1) == 1 && answer == 'y';
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Member() { kill(); }
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  bool joined() const { return joined_; }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
  }

 private:
  pid_t process_ = 0;
  bool joined_ = false;
};

TEST(SharedSegment, AnotherProcessJoinsAndIsKilled) {
  const std::optional<SharedSegment> segment = SharedSegment::create(1 << 20);
  ASSERT_TRUE(segment && segment->take(0));
  Member member(segment->address(), 1 << 20, 1);
  ASSERT_TRUE(member.joined());
  EXPECT_EQ(segment->data()[1000], std::byte{7});
  EXPECT_TRUE(segment->is_taken(1));
  EXPECT_FALSE(segment->is_taken(2));
  EXPECT_FALSE(Member(segment->address(), 1 << 20, 0).joined()) << "rank 0 is taken";
  member.kill();
  EXPECT_FALSE(segment->is_taken(1));
}

TEST(SharedSegment, OpensNothingElse) {
  const std::optional<SharedSegment> segment = SharedSegment::create(1 << 20);
  ASSERT_TRUE(segment);
  const std::string address = segment->address(), path = address.substr(0, address.find(' '));
  EXPECT_TRUE(SharedSegment::open(address, 1 << 20));
  EXPECT_FALSE(SharedSegment::open(address, 1 << 21)) << "another size";
  for (const std::string& other : {std::string(), std::string("none"), path, path + " giemsa-0",
                                   address + "0", std::string("/proc/self/exe x"),
                                   "/etc/passwd " + address.substr(address.find(' ') + 1), address.substr(1)})
    EXPECT_FALSE(SharedSegment::open(other, 1 << 20)) << other;
}

}  // namespace
}  // namespace giemsa::testing
