#pragma once
#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include "giemsa/run/peer_environment.h"

namespace giemsa {

/// What Peers needs of a means of transport. Each call blocks until this peer's part is done, and throws Io
/// when another is lost. "Pieces" are flat tensors of f32 whose values together are a bucket's at most.
class PeerGroup {
 public:
  virtual ~PeerGroup() = default;
  /// How many values go in one exchange.
  virtual std::int64_t bucket_values() const = 0;
  /// The pieces become their means over all peers.
  virtual void mean(std::span<torch::Tensor> pieces) = 0;
  /// The pieces become those of rank 0.
  virtual void broadcast(std::span<torch::Tensor> pieces) = 0;
  /// The values of every rank, in the order of the ranks; all are of one size. all: [ranks, values].
  virtual void gather(std::span<const double> values, std::span<double> all) = 0;
};

/// Meets the other processes: through shared memory where all are on this machine, else by c10d. Throws as
/// Peers' constructor does.
std::unique_ptr<PeerGroup> join_peers(const PeerEnvironment& environment, std::chrono::seconds timeout);

}  // namespace giemsa
