#pragma once
#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "giemsa/run/peer_environment.h"

namespace giemsa {

class PeerGroup;

/// The processes that train one network together, each on its part of every batch (data-parallel training).
/// They exchange values through memory where all are on one machine, else by LibTorch's c10d (Gloo; NCCL for
/// tensors on a GPU where LibTorch has it).
///
/// All peers call the same functions in the same order with tensors of the same shapes. Every result has the
/// same bits on all of them. A peer that is lost or silent for longer than the timeout ends each call with
/// Io, "[peers] rank 1 of 2 …"; after that only the destructor may be called, which does not wait for anyone.
/// Alone, all functions return at once and change nothing.
class Peers {
 public:
  /// Alone.
  Peers();
  /// Meets the others at environment.address. Throws Io when not all come within the timeout; Usage when the
  /// processes were started with different numbers, or this giemsa was built without c10d.
  Peers(const PeerEnvironment& environment, std::chrono::seconds timeout);
  ~Peers();
  Peers(Peers&&) noexcept;
  Peers& operator=(Peers&&) noexcept;

  int rank() const { return rank_; }
  int count() const { return count_; }
  bool alone() const { return count_ == 1; }
  /// Rank 0 alone writes the run folder.
  bool is_writer() const { return rank_ == 0; }

  /// Each tensor becomes the mean over all peers, in place: gradients before the optimizer's step, running
  /// statistics before a validation. f32; undefined tensors are left out, which must be the same ones on all
  /// peers. They travel in flat buffers of 32 MiB at most, in the order given: by c10d each of n peers sends
  /// and receives 2 (n - 1) / n · 4 bytes per value.
  void average(std::span<torch::Tensor> tensors);
  /// Each value becomes the sum over all peers, in the order of the ranks: losses, right answers and pictures
  /// counted, batch norms. For few values: each peer gets those of all others.
  void sum(std::span<double> values);
  /// Each tensor becomes that of rank 0, in place: weights and optimizer state at the start.
  void broadcast(std::span<torch::Tensor> tensors);
  /// Throws Data, naming the rank, unless all peers call it with the same text: hash of configuration, data
  /// and split. `what` says in the message what is compared.
  void same(const std::string& what, const std::string& text);
  /// Returns when all peers have called it.
  void barrier();

 private:
  /// The values of all peers, in the order of the ranks.
  std::vector<double> gather(std::span<const double> values);

  int rank_ = 0, count_ = 1;
  std::unique_ptr<PeerGroup> group_;  ///< null: alone
};

}  // namespace giemsa
