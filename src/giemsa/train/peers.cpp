#include "giemsa/train/peers.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/hash.h"
#include "giemsa/train/peer_group.h"

namespace giemsa {

using torch::Tensor;

namespace {

constexpr std::int64_t kBucketValues = std::int64_t{8} << 20;  // 32 MiB of f32

/// Hands the defined tensors of `tensors` to `exchange` in flat buffers, and their new values back. A tensor
/// that is larger than a buffer goes in pieces, so that the largest network needs no more memory.
template <class Exchange>
void in_buckets(std::span<Tensor> tensors, Exchange exchange) {
  const torch::NoGradGuard no_grad;
  std::vector<Tensor> pieces;  // flat, in the order given
  std::int64_t filled = 0;
  const auto send = [&] {
    if (pieces.empty()) return;
    Tensor bucket = at::cat(pieces);
    exchange(bucket);
    std::int64_t at = 0;
    for (Tensor& piece : pieces) {
      piece.copy_(bucket.narrow(0, at, piece.numel()));
      at += piece.numel();
    }
    pieces.clear();
    filled = 0;
  };
  for (Tensor& tensor : tensors) {
    if (!tensor.defined() || tensor.numel() == 0) continue;
    require(tensor.is_non_overlapping_and_dense(), ErrorKind::Internal, "[peers] a tensor with gaps");
    // All values in the order in which they lie in memory: channels-last kernels need no copy.
    const Tensor flat = tensor.detach().as_strided({tensor.numel()}, {1});
    for (std::int64_t begin = 0; begin < flat.numel();) {
      const std::int64_t size = std::min(flat.numel() - begin, kBucketValues - filled);
      pieces.push_back(flat.narrow(0, begin, size));
      begin += size;
      filled += size;
      if (filled == kBucketValues) send();
    }
  }
  send();
}

}  // namespace

Peers::Peers() = default;
Peers::~Peers() = default;
Peers::Peers(Peers&&) noexcept = default;
Peers& Peers::operator=(Peers&&) noexcept = default;

Peers::Peers(const PeerEnvironment& environment, std::chrono::seconds timeout)
    : rank_(environment.rank), count_(environment.count) {
  if (count_ > 1) group_ = join_peers(environment, timeout);
}

void Peers::average(std::span<Tensor> tensors) {
  if (alone()) return;
  in_buckets(tensors, [&](Tensor& bucket) {
    group_->sum(bucket);
    bucket.mul_(1.0 / count_);
  });
}

void Peers::sum(std::span<double> values) {
  if (alone()) return;
  Tensor sum = torch::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, torch::kFloat64);
  // Few values: everybody's in one exchange are sooner there than their sum, which takes two.
  const std::vector<Tensor> all = group_->gather(sum);
  sum.zero_();
  for (const Tensor& one : all) sum.add_(one);
}

void Peers::broadcast(std::span<Tensor> tensors) {
  if (alone()) return;
  in_buckets(tensors, [&](Tensor& bucket) { group_->broadcast(bucket); });
}

void Peers::same(const std::string& what, const std::string& text) {
  if (alone()) return;
  const std::string mine = sha256_hex(text);
  const Tensor digest = torch::tensor(std::vector<std::int64_t>(mine.begin(), mine.end()), torch::kInt64);
  const std::vector<Tensor> all = group_->gather(digest);
  for (int other = 1; other < count_; ++other) {
    require(torch::equal(all[other], all[0]), ErrorKind::Data,
            fmt::format("[peers] rank {} of {} has another {} than rank 0", other, count_, what),
            "start all processes with the same program, configuration and data");
  }
}

void Peers::barrier() {
  double nothing = 0;
  sum({&nothing, 1});
}

}  // namespace giemsa
