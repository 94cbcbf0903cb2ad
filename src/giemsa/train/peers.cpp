#include "giemsa/train/peers.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/hash.h"
#include "giemsa/train/peer_group.h"

namespace giemsa {

using torch::Tensor;

namespace {

/// Hands the values of the defined tensors to `exchange`, in flat pieces that together make a bucket. A
/// tensor that is larger than a bucket is cut, so that the largest network needs no more memory.
template <class Exchange>
void in_buckets(std::span<Tensor> tensors, std::int64_t bucket_values, Exchange exchange) {
  const torch::NoGradGuard no_grad;
  std::vector<Tensor> pieces;  // flat, in the order given
  std::int64_t filled = 0;
  const auto send = [&] {
    if (pieces.empty()) return;
    exchange(pieces);
    pieces.clear();
    filled = 0;
  };
  for (Tensor& tensor : tensors) {
    if (!tensor.defined() || tensor.numel() == 0) continue;
    require(tensor.is_non_overlapping_and_dense(), ErrorKind::Internal, "[peers] a tensor with gaps");
    require(tensor.scalar_type() == torch::kFloat32, ErrorKind::Internal, "[peers] a tensor that is not f32");
    // All values in the order in which they lie in memory: channels-last kernels need no copy.
    const Tensor flat = tensor.detach().as_strided({tensor.numel()}, {1});
    for (std::int64_t begin = 0; begin < flat.numel();) {
      const std::int64_t size = std::min(flat.numel() - begin, bucket_values - filled);
      pieces.push_back(flat.narrow(0, begin, size));
      begin += size;
      filled += size;
      if (filled == bucket_values) send();
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
  in_buckets(tensors, group_->bucket_values(), [&](std::span<Tensor> pieces) { group_->mean(pieces); });
}

void Peers::sum(std::span<double> values) {
  if (alone()) return;
  // Few values: everybody's in one exchange are sooner there than their sum, which takes two.
  const std::vector<double> all = gather(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = all[i];
    for (int other = 1; other < count_; ++other) values[i] += all[other * values.size() + i];
  }
}

std::vector<double> Peers::gather(std::span<const double> values) {
  std::vector<double> all(values.size() * static_cast<std::size_t>(count_));
  group_->gather(values, all);
  return all;
}

void Peers::broadcast(std::span<Tensor> tensors) {
  if (alone()) return;
  in_buckets(tensors, group_->bucket_values(), [&](std::span<Tensor> pieces) { group_->broadcast(pieces); });
}

void Peers::same(const std::string& what, const std::string& text) {
  if (alone()) return;
  const std::string mine = sha256_hex(text);
  const std::vector<double> all = gather(std::vector<double>(mine.begin(), mine.end()));
  for (int other = 1; other < count_; ++other) {
    const auto theirs = all.begin() + static_cast<std::ptrdiff_t>(other * mine.size());
    require(std::equal(theirs, theirs + static_cast<std::ptrdiff_t>(mine.size()), all.begin()),
            ErrorKind::Data,
            fmt::format("[peers] rank {} of {} has another {} than rank 0", other, count_, what),
            "start all processes with the same program, configuration and data");
  }
}

void Peers::barrier() {
  double nothing = 0;
  sum({&nothing, 1});
}

}  // namespace giemsa
