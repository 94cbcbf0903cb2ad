#include "giemsa/run/peer_shard.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"

namespace giemsa {

Shard shard(std::int64_t first, std::int64_t size, int rank, int count) {
  require(size >= 0 && count > 0 && rank >= 0 && rank < count, ErrorKind::Internal,
          fmt::format("[peers] rank {} of {} over {} positions", rank, count, size));
  return {first + size * rank / count, first + size * (rank + 1) / count};
}

}  // namespace giemsa
