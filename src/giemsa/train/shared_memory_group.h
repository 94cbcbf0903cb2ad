#pragma once
#include <cstddef>

#include "giemsa/train/peer_group.h"
#include "giemsa/train/rendezvous.h"

namespace giemsa {

/// Exchanges through memory that all peers share. Each has two slots there, used in turn: a slot is written
/// again only after all have come to the exchange between, and so are done with it.
class SharedMemoryGroup : public PeerGroup {
 public:
  /// The memory that `count` peers need, all zeros before the first comes.
  static std::size_t bytes(int count);

  /// `memory`, aligned to 128 bytes, has to outlive it.
  SharedMemoryGroup(std::byte* memory, int rank, int count, std::chrono::milliseconds timeout,
                    Rendezvous::IsAlive is_alive);

  std::int64_t bucket_values() const override;
  void mean(std::span<torch::Tensor> pieces) override;
  void broadcast(std::span<torch::Tensor> pieces) override;
  void gather(std::span<const double> values, std::span<double> all) override;

 private:
  void next_slot() { turn_ = 1 - turn_; }
  std::byte* slot(int rank) const;
  float* floats(int rank) const { return reinterpret_cast<float*>(slot(rank)); }

  Rendezvous rendezvous_;
  std::byte* slots_;
  int turn_ = 0;
};

}  // namespace giemsa
