#pragma once
#include <torch/torch.h>

#include <chrono>
#include <memory>
#include <vector>

#include "giemsa/run/peer_environment.h"

namespace giemsa {

/// What Peers needs of a means of transport. Each call blocks until this peer's part is done, and throws Io
/// when another is lost.
class PeerGroup {
 public:
  virtual ~PeerGroup() = default;
  /// `values` becomes the sum over all peers.
  virtual void sum(torch::Tensor& values) = 0;
  /// `values` becomes that of rank 0.
  virtual void broadcast(torch::Tensor& values) = 0;
  /// The values of every rank, in the order of the ranks; all are of one size.
  virtual std::vector<torch::Tensor> gather(torch::Tensor values) = 0;
};

/// Meets the other processes by c10d. Throws as Peers' constructor does.
std::unique_ptr<PeerGroup> join_peers(const PeerEnvironment& environment, std::chrono::seconds timeout);

}  // namespace giemsa
