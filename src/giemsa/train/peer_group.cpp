#include "giemsa/train/peer_group.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"

#ifndef GIEMSA_HAS_GLOO

namespace giemsa {

std::unique_ptr<PeerGroup> join_peers(const PeerEnvironment& environment, std::chrono::seconds) {
  throw Error(ErrorKind::Usage,
              fmt::format("[peers] {} asks for {} processes; this giemsa was built without c10d",
                          environment.starter, environment.count),
              "build giemsa with a LibTorch that has Gloo, and Gloo's headers (libgloo-dev)");
}

}  // namespace giemsa

#else

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#ifdef GIEMSA_HAS_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "giemsa/train/peer_store.h"

namespace giemsa {

using torch::Tensor;

namespace {

using Milliseconds = std::chrono::milliseconds;

using Gloo = c10d::ProcessGroupGloo;

/// This machine's address towards `environment.address`, or the named interface. c10d's own choice is what
/// the machine's name resolves to, which often is a loopback address or nothing.
std::shared_ptr<gloo::transport::Device> make_device(const PeerEnvironment& environment) {
  if (environment.interface.empty()) return Gloo::createDeviceForHostname(address_towards(environment));
  try {
    return Gloo::createDeviceForInterface(environment.interface);
  } catch (const std::exception& error) {
    throw Error(ErrorKind::Usage,
                fmt::format("[peers] GLOO_SOCKET_IFNAME='{}' is no network interface of this machine ({})",
                            environment.interface, first_line(error)),
                "name one that `ip address` lists, or unset it");
  }
}

class C10dGroup : public PeerGroup {
 public:
  C10dGroup(const PeerEnvironment& environment, std::chrono::seconds timeout)
      : environment_(environment), timeout_(timeout), store_(environment, timeout) {
    store_.meet();
    const auto gloo = Gloo::Options::create(timeout_);
    gloo->devices = {make_device(environment_)};
    gloo->threads = 1;  // one exchange at a time
    guarded([&] {
      gloo_ = c10::make_intrusive<Gloo>(store_.part("gloo"), environment_.rank, environment_.count, gloo);
    });
#ifdef GIEMSA_HAS_NCCL
    if (torch::cuda::is_available()) {
      ::setenv("NCCL_BLOCKING_WAIT", "1", /*overwrite=*/0);  // a lost peer is an error here, not an abort
      const auto options = c10d::ProcessGroupNCCL::Options::create();
      options->timeout = timeout_;
      guarded([&] {
        nccl_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(store_.part("nccl"), environment_.rank,
                                                            environment_.count, options);
      });
    }
#endif
  }

  void sum(Tensor& values) override {
    exchange(values, [](auto& group, std::vector<Tensor>& tensors) { return group.allreduce(tensors); });
  }
  void broadcast(Tensor& values) override {
    exchange(values, [](auto& group, std::vector<Tensor>& tensors) { return group.broadcast(tensors); });
  }
  std::vector<Tensor> gather(Tensor values) override {
    std::vector<Tensor> inputs{values};
    std::vector<std::vector<Tensor> > outputs(1);
    for (int i = 0; i < environment_.count; ++i) outputs[0].push_back(torch::empty_like(values));
    guarded([&] { gloo_->allgather(outputs, inputs)->wait(); });
    return outputs[0];
  }

 private:
  template <class Operation>
  void exchange(Tensor& values, Operation operation) {
    std::vector<Tensor> tensors{values};
    if (!values.is_cuda()) return guarded([&] { operation(*gloo_, tensors)->wait(); });
#ifdef GIEMSA_HAS_NCCL
    guarded([&] { operation(*nccl_, tensors)->wait(); });
#else
    tensors = {values.cpu()};
    guarded([&] { operation(*gloo_, tensors)->wait(); });
    values.copy_(tensors.front());
#endif
  }

  /// Runs an exchange. Where it fails, this peer's connections are closed first, so that those who wait for
  /// it fail as well; then the store tells who is left.
  template <class Work>
  void guarded(Work work) {
    const auto start = std::chrono::steady_clock::now();
    std::string reason;
    try {
      return work();
    } catch (const std::exception& error) {
      reason = first_line(error);
    }
    const bool silent = std::chrono::steady_clock::now() - start >= timeout_;
    gloo_.reset();
#ifdef GIEMSA_HAS_NCCL
    nccl_.reset();
#endif
    throw_lost(store_.roll_call(), silent, reason);
  }

  [[noreturn]] void throw_lost(const std::vector<int>& lost, bool silent, const std::string& reason) const {
    const std::string who = ranks_of(lost, environment_.count);
    const std::string what =
        silent ? fmt::format("did not answer within {} s", timeout_.count() / 1000) : "closed the connection";
    throw Error(ErrorKind::Io, fmt::format("[peers] {} {} ({})", who, what, reason),
                "its own output says why; then start all processes again with --resume");
  }

  PeerEnvironment environment_;
  Milliseconds timeout_;
  PeerStore store_;
  c10::intrusive_ptr<Gloo> gloo_;  ///< null after a failure
#ifdef GIEMSA_HAS_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl_;
#endif
};

}  // namespace

std::unique_ptr<PeerGroup> join_peers(const PeerEnvironment& environment, std::chrono::seconds timeout) {
  return std::make_unique<C10dGroup>(environment, timeout);
}

}  // namespace giemsa

#endif
