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

#include "giemsa/train/peer_names.h"
#include "giemsa/train/peer_store.h"
#include "giemsa/train/shared_memory_group.h"
#include "giemsa/train/shared_segment.h"

namespace giemsa {

using torch::Tensor;

namespace {

using Milliseconds = std::chrono::milliseconds;

using Gloo = c10d::ProcessGroupGloo;

constexpr std::int64_t kBucketValues = std::int64_t{8} << 20;  // 32 MiB
// Of one machine; with more the slots in shared memory become large.
constexpr int kMaxSharing = 256;

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
  C10dGroup(const PeerEnvironment& environment, Milliseconds timeout, PeerStore store)
      : environment_(environment), timeout_(timeout), store_(std::move(store)) {
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

  std::int64_t bucket_values() const override { return kBucketValues; }
  void mean(std::span<Tensor> pieces) override {
    exchange(
        pieces, [&](auto& group, std::vector<Tensor>& bucket) { return group.allreduce(bucket); },
        1.0 / environment_.count);
  }
  void broadcast(std::span<Tensor> pieces) override {
    exchange(pieces, [](auto& group, std::vector<Tensor>& bucket) { return group.broadcast(bucket); });
  }
  void gather(std::span<const double> values, std::span<double> all) override {
    const auto size = static_cast<std::int64_t>(values.size());
    std::vector<Tensor> inputs{torch::from_blob(const_cast<double*>(values.data()), {size}, torch::kFloat64)};
    std::vector<std::vector<Tensor> > outputs(1);
    for (int i = 0; i < environment_.count; ++i)
      outputs[0].push_back(torch::from_blob(all.data() + i * size, {size}, torch::kFloat64));
    guarded([&] { gloo_->allgather(outputs, inputs)->wait(); });
  }

 private:
  /// Exchanges all pieces in one tensor, and multiplies what comes of it by `factor`.
  template <class Operation>
  void exchange(std::span<Tensor> pieces, Operation operation, double factor = 1) {
    std::vector<Tensor> bucket{at::cat(std::vector<Tensor>(pieces.begin(), pieces.end()))};
#ifdef GIEMSA_HAS_NCCL
    if (bucket[0].is_cuda())
      guarded([&] { operation(*nccl_, bucket)->wait(); });
    else
#endif
    {
      bucket[0] = bucket[0].cpu();
      guarded([&] { operation(*gloo_, bucket)->wait(); });
    }
    bucket[0].mul_(factor);
    std::int64_t at = 0;
    for (Tensor& piece : pieces) {
      piece.copy_(bucket[0].narrow(0, at, piece.numel()));
      at += piece.numel();
    }
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

/// Peers of one machine, and the memory between them.
class LocalGroup : public SharedMemoryGroup {
 public:
  LocalGroup(const PeerEnvironment& environment, Milliseconds timeout, SharedSegment segment, PeerStore store)
      : SharedMemoryGroup(segment.data(), environment.rank, environment.count, timeout,
                          [this](int rank) { return segment_.is_taken(rank); }),
        segment_(std::move(segment)),
        store_(std::move(store)) {}

 private:
  SharedSegment segment_;
  PeerStore store_;  ///< others may still read what they found
};

/// Whether this process can do without the network: not where the user names an interface, or GPUs have a
/// better way.
bool may_share(const PeerEnvironment& environment) {
#ifdef GIEMSA_HAS_NCCL
  if (torch::cuda::is_available()) return false;
#endif
  return environment.interface.empty() && environment.count <= kMaxSharing;
}

/// Null unless every peer can get at memory of rank 0; all find the same.
std::unique_ptr<PeerGroup> join_by_memory(const PeerEnvironment& environment, Milliseconds timeout,
                                          PeerStore store) {
  const std::size_t bytes = SharedMemoryGroup::bytes(environment.count);
  const bool may = may_share(environment);
  std::optional<SharedSegment> segment;
  if (environment.rank == 0 && may) segment = SharedSegment::create(bytes);
  const std::string address = store.exchange("memory", segment ? segment->address() : "none").front();
  if (environment.rank != 0 && may) segment = SharedSegment::open(address, bytes);
  const bool shares = segment && segment->take(environment.rank);
  for (const std::string& answer : store.exchange("shares", shares ? "yes" : "no")) {
    if (answer != "yes") return nullptr;
  }
  return std::make_unique<LocalGroup>(environment, timeout, std::move(*segment), store);
}

}  // namespace

std::unique_ptr<PeerGroup> join_peers(const PeerEnvironment& environment, std::chrono::seconds timeout) {
  PeerStore store(environment, timeout);
  store.meet();
  if (auto group = join_by_memory(environment, timeout, store)) return group;
  return std::make_unique<C10dGroup>(environment, timeout, std::move(store));
}

}  // namespace giemsa

#endif
