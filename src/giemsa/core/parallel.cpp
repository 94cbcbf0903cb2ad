#include "giemsa/core/parallel.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa {

int processor_count() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel_for_workers(std::size_t count, int threads,
                          const std::function<void(int worker, std::size_t i)>& work) {
  require(threads >= 0, ErrorKind::Usage, fmt::format("[threads] got {}; expected 0 or more", threads),
          "0 means one per processor");
  if (count == 0) return;
  const std::size_t wanted = static_cast<std::size_t>(threads > 0 ? threads : processor_count());
  const int workers = static_cast<int>(std::min(wanted, count));

  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::exception_ptr failure;
  std::size_t failed_at = count;

  // Every index below a failing one has been handed out before it and still ends, so keeping the failure
  // of the smallest index reports the same error whatever the number of threads.
  const auto run = [&](int worker) {
    while (!stop.load(std::memory_order_relaxed)) {
      const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= count) return;
      try {
        work(worker, i);
      } catch (...) {
        stop = true;
        const std::lock_guard lock(mutex);
        if (i < failed_at) {
          failed_at = i;
          failure = std::current_exception();
        }
      }
    }
  };

  {
    std::vector<std::jthread> helpers;
    helpers.reserve(static_cast<std::size_t>(workers - 1));
    for (int worker = 1; worker < workers; ++worker) {
      try {
        helpers.emplace_back(run, worker);
      } catch (const std::system_error&) {
        break;  // the system grants no more threads; those that run do all the work
      }
    }
    run(0);
  }
  if (failure) std::rethrow_exception(failure);
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  parallel_for_workers(count, threads, [&](int, std::size_t i) { work(i); });
}

}  // namespace giemsa
