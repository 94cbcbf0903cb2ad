#include "giemsa/train/replay_batches.h"

namespace giemsa {

namespace {

/// Row `index` of rows of one length.
void append_row(const std::vector<float>& rows, std::size_t count, std::size_t index,
                std::vector<float>& to) {
  const std::size_t length = rows.size() / count;
  const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(index * length);
  to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
}

}  // namespace

ReplayBatches::ReplayBatches(BatchSource& fresh, const ReplaySource& memory, std::int64_t count,
                             std::uint64_t seed)
    : fresh_(fresh), memory_(memory), count_(count), seed_(seed) {}

void ReplayBatches::start_epoch(std::int64_t epoch) {
  fresh_.start_epoch(epoch);
  at_ = static_cast<std::size_t>((epoch - 1) * batches_per_epoch() * count_);
  round_ = 0;
}

Batch ReplayBatches::next() {
  Batch batch = fresh_.next();
  for (std::int64_t i = 0; i < count_; ++i, ++at_) {
    const std::size_t pictures = memory_.labels.size(), round = at_ / pictures + 1;
    if (round != round_)
      order_ = draw_epoch("balanced", memory_.labels, seed_, static_cast<std::int64_t>(round));
    round_ = round;
    const std::size_t member = order_[at_ % pictures].member;
    append_row(memory_.values, memory_.labels.size(), member, batch.images);
    append_row(memory_.targets, memory_.labels.size(), member, batch.targets);
    batch.labels.push_back(memory_.labels[member]);
  }
  return batch;
}

}  // namespace giemsa
