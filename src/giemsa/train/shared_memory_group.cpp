#include "giemsa/train/shared_memory_group.h"

#include <algorithm>
#include <cstring>

namespace giemsa {

using torch::Tensor;

namespace {

// Small, so that what one peer writes the others still find in the processor's last cache.
constexpr std::size_t kSlotBytes = std::size_t{1} << 20;
constexpr std::size_t kPageBytes = 4096;
constexpr std::int64_t kLineValues = 16;  // floats of a line of the cache

std::size_t first_slot(int count) {
  return (Rendezvous::bytes(count) + kPageBytes - 1) / kPageBytes * kPageBytes;
}

Tensor as_tensor(float* values, const Tensor& piece) {
  return torch::from_blob(values, {piece.numel()}, torch::kFloat32);
}

/// Copies the pieces to `values`, one behind the other; returns how many values there are.
std::int64_t pack(std::span<Tensor> pieces, float* values) {
  std::int64_t at = 0;
  for (const Tensor& piece : pieces) {
    as_tensor(values + at, piece).copy_(piece);
    at += piece.numel();
  }
  return at;
}

void unpack(float* values, std::span<Tensor> pieces) {
  for (Tensor& piece : pieces) {
    piece.copy_(as_tensor(values, piece));
    values += piece.numel();
  }
}

}  // namespace

std::size_t SharedMemoryGroup::bytes(int count) {
  return first_slot(count) + 2 * static_cast<std::size_t>(count) * kSlotBytes;
}

SharedMemoryGroup::SharedMemoryGroup(std::byte* memory, int rank, int count,
                                     std::chrono::milliseconds timeout, Rendezvous::IsAlive is_alive)
    : rendezvous_(memory, rank, count, timeout, std::move(is_alive)), slots_(memory + first_slot(count)) {}

std::byte* SharedMemoryGroup::slot(int rank) const {
  return slots_ + static_cast<std::size_t>(2 * rank + turn_) * kSlotBytes;
}

std::int64_t SharedMemoryGroup::bucket_values() const { return kSlotBytes / sizeof(float); }

/// Each rank adds up its own part of all slots, in the order of the ranks, in that of rank 0.
void SharedMemoryGroup::mean(std::span<Tensor> pieces) {
  const std::int64_t rank = rendezvous_.rank(), count = rendezvous_.count();
  next_slot();
  const std::int64_t size = pack(pieces, floats(rendezvous_.rank()));
  rendezvous_.meet();
  const std::int64_t lines = (size + kLineValues - 1) / kLineValues;
  const std::int64_t begin = std::min(size, lines * rank / count * kLineValues);
  const std::int64_t end = std::min(size, lines * (rank + 1) / count * kLineValues);
  float* sum = floats(0);
  const auto scale = static_cast<float>(1.0 / static_cast<double>(count));
  for (int other = 1; other < count; ++other) {
    const float* __restrict values = floats(other);
    const float factor = other + 1 == count ? scale : 1.f;
    for (std::int64_t i = begin; i < end; ++i) sum[i] = (sum[i] + values[i]) * factor;
  }
  rendezvous_.meet();
  unpack(sum, pieces);
}

void SharedMemoryGroup::broadcast(std::span<Tensor> pieces) {
  next_slot();
  if (rendezvous_.rank() == 0) pack(pieces, floats(0));
  rendezvous_.meet();
  if (rendezvous_.rank() != 0) unpack(floats(0), pieces);
}

void SharedMemoryGroup::gather(std::span<const double> values, std::span<double> all) {
  constexpr std::size_t kMost = kSlotBytes / sizeof(double);
  for (std::size_t begin = 0; begin < values.size(); begin += kMost) {
    const std::size_t size = std::min(kMost, values.size() - begin);
    next_slot();
    std::memcpy(slot(rendezvous_.rank()), values.data() + begin, size * sizeof(double));
    rendezvous_.meet();
    for (int other = 0; other < rendezvous_.count(); ++other)
      std::memcpy(all.data() + other * values.size() + begin, slot(other), size * sizeof(double));
  }
}

}  // namespace giemsa
