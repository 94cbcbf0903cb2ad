#include "giemsa/predict/in_turn.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"

namespace giemsa {
namespace {

/// Results that one thread may be ahead: enough for a whole frame among crops to hold nobody up.
constexpr std::size_t kAheadPerThread = 32;

class Turns {
 public:
  Turns(std::size_t count, std::size_t workers, const std::function<Delivery(std::size_t)>& work)
      : count_(count), work_(work), ready_(kAheadPerThread * workers) {}

  /// What each thread does.
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      room_.wait(lock, [&] { return stop_ || next_ == count_ || next_ < delivered_ + ready_.size(); });
      if (stop_ || next_ == count_) return;
      const std::size_t i = next_++;
      lock.unlock();
      Delivery delivery = delivery_of(i);
      lock.lock();
      slot(i) = std::move(delivery);
      if (!delivering_) deliver(lock);
    }
  }

  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  Delivery& slot(std::size_t i) { return ready_[i % ready_.size()]; }

  Delivery delivery_of(std::size_t i) const {
    try {
      return work_(i);
    } catch (...) {
      return [error = std::current_exception()] { std::rethrow_exception(error); };
    }
  }

  /// Delivers all whose turn it is, while other threads go on working.
  void deliver(std::unique_lock<std::mutex>& lock) {
    delivering_ = true;
    while (slot(delivered_)) {
      const Delivery delivery = std::exchange(slot(delivered_), nullptr);
      lock.unlock();
      std::exception_ptr failure;
      try {
        delivery();
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      room_.notify_all();
      if (failure) {  // delivering_ stays, so that nobody delivers what comes behind
        failure_ = failure;
        stop_ = true;
        return;
      }
      ++delivered_;
    }
    delivering_ = false;
  }

  const std::size_t count_;
  const std::function<Delivery(std::size_t)>& work_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::vector<Delivery> ready_;  ///< a ring: of result i at i modulo its size, empty until it is there
  std::size_t next_ = 0, delivered_ = 0;
  bool delivering_ = false, stop_ = false;
  std::exception_ptr failure_;
};

}  // namespace

void in_turn(std::size_t count, int threads, const std::function<Delivery(std::size_t)>& work) {
  require(threads >= 0, ErrorKind::Usage, fmt::format("[threads] got {}; expected 0 or more", threads),
          "0 means one per processor");
  const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : processor_count());
  const std::size_t workers = std::max<std::size_t>(std::min(wanted, count), 1);
  Turns turns(count, workers, work);
  {
    std::vector<std::jthread> helpers;
    for (std::size_t worker = 1; worker < workers; ++worker) {
      try {
        helpers.emplace_back([&] { turns.run(); });
      } catch (const std::system_error&) {
        break;  // the system grants no more threads; those that run do all the work
      }
    }
    turns.run();
  }
  turns.rethrow_failure();
}

}  // namespace giemsa
