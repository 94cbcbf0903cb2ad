#include "giemsa/train/rendezvous.h"

#include <fmt/format.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "giemsa/core/error.h"
#include "giemsa/train/peer_names.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace giemsa {

namespace {

using namespace std::chrono_literals;
using Word = std::atomic<std::uint32_t>;

// A processor fetches lines of 64 bytes in pairs.
constexpr std::size_t kLineBytes = 128;
// To sleep and be woken takes longer than the others mostly are late: first this rank keeps its processor,
// then it lets those run who wait for it, then it sleeps.
constexpr int kSpins = 2000;
constexpr auto kYieldTime = 2ms;
// Between two looks whether the one that is awaited is still there.
constexpr auto kLookPause = 20ms;

constexpr std::uint32_t kSilent = 1u << 31;  // of a verdict; the rest is the rank + 1

static_assert(Word::is_always_lock_free && sizeof(Word) == 4, "futexes are words of 4 bytes");

void pause_briefly() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

/// Sleeps while `word` is `value`, for `time` at most.
void sleep_on(Word& word, std::uint32_t value, std::chrono::milliseconds time) {
  const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * 1'000'000};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, value, &limit, nullptr, 0);
}

void wake_all(Word& word) { ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0); }

}  // namespace

struct alignas(kLineBytes) Rendezvous::Head {
  Word verdict;  ///< 0, or who was found missing first
};

struct alignas(kLineBytes) Rendezvous::Line {
  Word turn;      ///< calls of meet() by this rank; wraps
  Word sleepers;  ///< ranks that sleep on it
};

std::size_t Rendezvous::bytes(int count) {
  return sizeof(Head) + static_cast<std::size_t>(count) * sizeof(Line);
}

Rendezvous::Rendezvous(std::byte* memory, int rank, int count, std::chrono::milliseconds timeout,
                       IsAlive is_alive)
    : head_(reinterpret_cast<Head*>(memory)),
      lines_(reinterpret_cast<Line*>(memory + sizeof(Head))),
      rank_(rank),
      count_(count),
      timeout_(timeout),
      is_alive_(std::move(is_alive)) {}

void Rendezvous::meet() {
  Line& own = lines_[rank_];
  // Sequentially consistent, as in await(): either this rank sees the sleeper, or the sleeper the new turn.
  own.turn.store(++turn_);
  if (own.sleepers.load() > 0) wake_all(own.turn);
  const auto start = Clock::now();
  for (int other = 0; other < count_; ++other) {
    if (other != rank_) await(other, start);
  }
}

bool Rendezvous::has_come(const Line& line, std::uint32_t turn) {
  return static_cast<std::int32_t>(line.turn.load() - turn) >= 0;
}

void Rendezvous::await(int other, Clock::time_point start) {
  Line& line = lines_[other];
  for (int spin = 0; spin < kSpins; ++spin) {
    if (has_come(line, turn_)) return;
    pause_briefly();
  }
  const auto yields_until = Clock::now() + kYieldTime;
  while (Clock::now() < yields_until) {
    ::sched_yield();
    if (has_come(line, turn_)) return;
  }
  while (!has_come(line, turn_)) {
    line.sleepers.fetch_add(1);
    const std::uint32_t turn = line.turn.load();
    if (static_cast<std::int32_t>(turn - turn_) < 0) sleep_on(line.turn, turn, kLookPause);
    line.sleepers.fetch_sub(1);
    look_for(other, start);
  }
}

void Rendezvous::look_for(int other, Clock::time_point start) {
  const bool alive = is_alive_(other);
  if (has_come(lines_[other], turn_)) return;  // and may have ended since
  const auto name = static_cast<std::uint32_t>(other + 1);
  if (!alive) give_up(name);
  if (Clock::now() - start >= timeout_) give_up(name | kSilent);
  if (const std::uint32_t verdict = head_->verdict.load()) give_up(verdict);
}

void Rendezvous::give_up(std::uint32_t verdict) {
  std::uint32_t first = 0;
  if (!head_->verdict.compare_exchange_strong(first, verdict)) verdict = first;
  const std::string who = ranks_of({static_cast<int>(verdict & ~kSilent) - 1}, count_);
  const std::string what = (verdict & kSilent) != 0
                               ? fmt::format("did not answer within {} s", timeout_.count() / 1000)
                               : "has ended";
  throw Error(ErrorKind::Io, fmt::format("[peers] {} {}", who, what),
              "its own output says why; then start all processes again with --resume");
}

}  // namespace giemsa
