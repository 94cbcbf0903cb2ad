#pragma once
#include <chrono>
#include <exception>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <vector>

#include "giemsa/run/peer_environment.h"

namespace giemsa {

/// The place where the peers leave notes for each other: c10d's TCPStore at environment.address, which rank 0
/// keeps (torchrun, where that says so).
class PeerStore {
 public:
  /// Throws Io when there is no store within the timeout, or this is rank 0 and the port is taken.
  PeerStore(const PeerEnvironment& environment, std::chrono::milliseconds timeout);

  /// Waits until all peers are there. Throws Io, naming those that are not; Usage when two have the same rank
  /// or one was started for another number of processes.
  void meet();
  /// After a failure: the ranks that do not say within a few seconds that they are still there, in order.
  /// Never throws; where the store itself is gone, it is rank 0 that is lost.
  std::vector<int> roll_call();
  /// The store with all keys below `name`, for a process group.
  c10::intrusive_ptr<c10d::Store> part(const std::string& name) const;

 private:
  PeerEnvironment environment_;
  std::chrono::milliseconds timeout_;
  c10::intrusive_ptr<c10d::Store> store_;
};

/// This machine's address on the way to environment.address. Throws Io where there is no way.
std::string address_towards(const PeerEnvironment& environment);

/// "rank 1 of 2", "ranks 1 and 3 of 4"; "a peer of 4" where none is known.
std::string ranks_of(const std::vector<int>& ranks, int count);

/// What an exception says, without the stack that LibTorch adds.
std::string first_line(const std::exception& error);

}  // namespace giemsa
