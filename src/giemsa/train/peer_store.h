#pragma once
#include <chrono>
#include <exception>
#include <functional>
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
  /// What every peer says under `name`, in the order of the ranks, as soon as all have; `seen` gets each as
  /// it comes. Throws Io, naming those who say nothing within the timeout.
  std::vector<std::string> exchange(const std::string& name, const std::string& mine,
                                    const std::function<void(int rank, const std::string&)>& seen = {});
  /// After a failure: the ranks that do not say within a few seconds that they are still there, in order.
  /// Never throws; where the store itself is gone, it is rank 0 that is lost.
  std::vector<int> roll_call();
  /// The store with all keys below `name`, for a process group.
  c10::intrusive_ptr<c10d::Store> part(const std::string& name) const;

 private:
  /// The store does not answer any more.
  [[noreturn]] void throw_gone(const std::string& what, const std::exception& error) const;

  PeerEnvironment environment_;
  std::chrono::milliseconds timeout_;
  c10::intrusive_ptr<c10d::Store> store_;
};

/// This machine's address on the way to environment.address. Throws Io where there is no way.
std::string address_towards(const PeerEnvironment& environment);

/// What an exception says, without the stack that LibTorch adds.
std::string first_line(const std::exception& error);

}  // namespace giemsa
