#include "giemsa/train/batch_loader.h"

#include <ATen/Parallel.h>

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "giemsa/augment/augment.h"
#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {

namespace {

std::size_t floats_per_image(const Preprocess& preprocess) {
  return static_cast<std::size_t>(3 * preprocess.input_px * preprocess.input_px);
}

}  // namespace

/// Threads that prepare batches before they are asked for.
class BatchLoader::Ahead {
 public:
  Ahead(const BatchLoader& loader, int threads) : loader_(loader), room_(2 * threads) {
    try {
      for (int t = 0; t < threads; ++t) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // the system gives no more: go on with those that run
      require(!threads_.empty(), ErrorKind::Io, "[train] the system starts no thread to prepare batches",
              "--set train.loader_threads=0");
    }
  }
  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Batch take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || ready_.contains(taken_); });
    if (failure_) std::rethrow_exception(failure_);
    Batch batch = std::move(ready_.extract(taken_).mapped());
    ++taken_;
    changed_.notify_all();
    return batch;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock,
                    [&] { return stop_ || begun_ < std::min(taken_ + room_, loader_.batches_per_epoch()); });
      if (stop_) return;
      const std::int64_t index = begun_++;
      lock.unlock();
      try {
        Batch batch = loader_.empty_batch();
        for (std::int64_t i = 0; i < loader_.batch_; ++i) loader_.fill(index, i, batch);
        lock.lock();
        ready_.emplace(index, std::move(batch));
      } catch (...) {
        lock.lock();
        failure_ = std::current_exception();
        stop_ = true;
      }
      changed_.notify_all();
    }
  }

  const BatchLoader& loader_;
  std::int64_t room_, taken_ = 0, begun_ = 0;
  std::map<std::int64_t, Batch> ready_;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
};

BatchLoader::BatchLoader(const LoaderSource& source, const AugmentOptions& augment, std::uint64_t seed,
                         std::int64_t batch, int threads, std::string sampling)
    : source_(source),
      augment_(augment),
      seed_(seed),
      batch_(batch),
      threads_(threads),
      sampling_(std::move(sampling)),
      order_(draw_epoch(sampling_, source.labels, seed, 1)) {}

BatchLoader::~BatchLoader() = default;

std::int64_t BatchLoader::batches_per_epoch() const {
  return static_cast<std::int64_t>(order_.size()) / batch_;
}

void BatchLoader::start_epoch(std::int64_t epoch) {
  ahead_.reset();  // before what its threads read changes
  epoch_ = epoch;
  index_ = 0;
  order_ = draw_epoch(sampling_, source_.labels, seed_, epoch);
  if (threads_ > 0) ahead_ = std::make_unique<Ahead>(*this, threads_);
}

Batch BatchLoader::next() {
  if (ahead_) return ahead_->take();
  Batch batch = empty_batch();
  at::parallel_for(0, batch_, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) fill(index_, i, batch);
  });
  ++index_;
  return batch;
}

Batch BatchLoader::empty_batch() const {
  Batch batch;
  batch.images.resize(batch_ * floats_per_image(source_.preprocess));
  batch.labels.resize(batch_);
  return batch;
}

void BatchLoader::fill(std::int64_t index, std::size_t position, Batch& batch) const {
  const auto [member, repeat] = order_[index * batch_ + position];
  const std::size_t record = source_.records[member];
  const auto epoch = static_cast<std::uint64_t>(epoch_);
  Random random = repeat == 0 ? Random({seed_, fnv1a("augment"), epoch, record})
                              : Random({seed_, fnv1a("augment"), epoch, record, repeat});
  augment(source_.crops.crop(record), augment_, source_.preprocess, random,
          batch.images.data() + position * floats_per_image(source_.preprocess));
  batch.labels[position] = source_.labels[member];
}

Batch plain_batch(const LoaderSource& source, std::size_t begin, std::size_t end) {
  const std::size_t floats = floats_per_image(source.preprocess);
  Batch batch{std::vector<float>((end - begin) * floats),
              {source.labels.begin() + static_cast<std::ptrdiff_t>(begin),
               source.labels.begin() + static_cast<std::ptrdiff_t>(end)}};
  at::parallel_for(static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end), 1,
                   [&](std::int64_t from, std::int64_t to) {
                     for (std::int64_t i = from; i < to; ++i) {
                       const Image input =
                           crop_and_resize(source.crops.crop(source.records[i]), source.preprocess);
                       normalise(input, source.preprocess, batch.images.data() + (i - begin) * floats);
                     }
                   });
  return batch;
}

}  // namespace giemsa
