#include "giemsa/train/batch_loader.h"

#include <ATen/Parallel.h>

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/train/teacher.h"

namespace giemsa {

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
        Batch batch = loader_.empty_batch(index);
        for (std::int64_t i = 0; i < loader_.options_.batch; ++i) loader_.fill(index, i, batch);
        loader_.finish(index, 1, batch);
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

BatchLoader::BatchLoader(const LoaderSource& source, LoaderOptions options, int threads)
    : source_(source),
      options_(std::move(options)),
      threads_(threads),
      order_(draw_epoch(options_.sampling, source.labels, options_.seed, 1)) {}

BatchLoader::~BatchLoader() = default;

std::int64_t BatchLoader::batches_per_epoch() const { return options_.batches(order_.size()); }

void BatchLoader::start_epoch(std::int64_t epoch) {
  ahead_.reset();  // before what its threads read changes
  epoch_ = epoch;
  index_ = 0;
  order_ = draw_epoch(options_.sampling, source_.labels, options_.seed, epoch);
  if (threads_ > 0) ahead_ = std::make_unique<Ahead>(*this, threads_);
}

Batch BatchLoader::next() {
  if (ahead_) return ahead_->take();
  Batch batch = empty_batch(index_);
  at::parallel_for(0, options_.batch, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) fill(index_, i, batch);
  });
  finish(index_, at::get_num_threads(), batch);
  ++index_;
  return batch;
}

Batch BatchLoader::empty_batch(std::int64_t index) const {
  Batch batch = labelled_batch(source_, options_, source_.shape(), order_, index);
  batch.views = options_.consistency_views;
  batch.images.resize(options_.batch * batch.views * batch.shape.size());
  return batch;
}

void BatchLoader::fill(std::int64_t index, std::int64_t i, Batch& batch) const {
  draw_view(source_, options_, order_[options_.position(index, i)], epoch_,
            batch.images.data() + i * batch.views * batch.shape.size());
}

/// Mixes the batch, all peers alike, each within its own pictures; then the teacher sees it.
void BatchLoader::finish(std::int64_t index, int threads, Batch& batch) const {
  if (options_.mix.probability > 0) {
    Random random(
        {options_.seed, fnv1a("mix"), static_cast<std::uint64_t>(epoch_), static_cast<std::uint64_t>(index)});
    const Mix mix = draw_mix(options_.mix, static_cast<int>(batch.shape.width), random);
    apply_mix(mix, static_cast<std::size_t>(options_.batch), batch.images, batch.targets);
  }
  if (options_.teacher)
    options_.teacher->teach(batch.images, options_.teacher_weight, threads, batch.targets);
}

}  // namespace giemsa
