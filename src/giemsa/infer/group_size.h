#pragma once
#include <cstddef>

namespace giemsa {

/// How many of `count` pictures to run at once, so that `threads` (0: one per processor) have equal shares of
/// them: a power of two up to NativeExecutor::kMostAtOnce.
std::size_t group_size(std::size_t count, int threads);

}  // namespace giemsa
