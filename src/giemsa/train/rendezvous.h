#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace giemsa {

/// Where the processes of one machine wait for each other, in memory that they share.
class Rendezvous {
 public:
  /// Whether that rank's process still runs.
  using IsAlive = std::function<bool(int rank)>;

  /// The memory that `count` ranks need, all zeros before the first comes.
  static std::size_t bytes(int count);

  /// `memory`, aligned to 128 bytes, has to outlive it.
  Rendezvous(std::byte* memory, int rank, int count, std::chrono::milliseconds timeout, IsAlive is_alive);

  int rank() const { return rank_; }
  int count() const { return count_; }

  /// Returns when all ranks have called it as often as this one; what each wrote before, all may read then.
  /// Throws Io, "[peers] rank 1 of 2 …", soon after a rank that is missing has ended, or when it does not
  /// come within the timeout. All name the rank that was found missing first.
  void meet();

 private:
  struct Head;
  struct Line;
  using Clock = std::chrono::steady_clock;

  static bool has_come(const Line& line, std::uint32_t turn);
  void await(int other, Clock::time_point start);
  /// Throws when there is no use in waiting longer for `other`, since `start`.
  void look_for(int other, Clock::time_point start);
  [[noreturn]] void give_up(std::uint32_t verdict);

  Head* head_;
  Line* lines_;  ///< one of each rank
  int rank_, count_;
  std::chrono::milliseconds timeout_;
  IsAlive is_alive_;
  std::uint32_t turn_ = 0;  ///< calls of meet()
};

}  // namespace giemsa
