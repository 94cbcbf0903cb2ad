#pragma once
#include <cstddef>
#include <functional>

namespace giemsa {

/// Processors that this process may use (affinity respected), at least 1.
int processor_count();

/// Calls work(i) for every i in [0, count) on up to `threads` threads (0: one per processor).
/// Indices are handed out in order, one at a time. The first exception stops the rest and is rethrown.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

/// As parallel_for, with the number of the worker, so that each can own a workspace: work(worker, i).
void parallel_for_workers(std::size_t count, int threads,
                          const std::function<void(int worker, std::size_t i)>& work);

}  // namespace giemsa
