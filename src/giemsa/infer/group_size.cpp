#include "giemsa/infer/group_size.h"

#include <algorithm>
#include <bit>

#include "giemsa/core/parallel.h"
#include "giemsa/infer/native_executor.h"

namespace giemsa {

std::size_t group_size(std::size_t count, int threads) {
  constexpr std::size_t kSharesPerThread = 4;
  const auto workers = static_cast<std::size_t>(threads > 0 ? threads : processor_count());
  const std::size_t share = count / (kSharesPerThread * workers);
  return std::bit_floor(std::clamp<std::size_t>(share, 1, NativeExecutor::kMostAtOnce));
}

}  // namespace giemsa
