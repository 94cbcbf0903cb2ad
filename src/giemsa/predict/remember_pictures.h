#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/run/model_file.h"
#include "giemsa/split/split.h"

namespace giemsa {

/// A memory for a model (run/replay_memory.h): of at most `per_class` pictures of each class of the training
/// part, a seeded choice, the values at the smallest cut behind which half of the parameters lie; of fewer
/// where they would take more than kMemoryBudgetBytes. The pictures are seen as model.viewing says, but from
/// one side alone. Those that cannot be read are left out. match: which class of the model each class of the
/// source is, -1 for those that are left out. Empty for per_class 0 and for an ensemble, whose networks would
/// have to learn one by one.
ReplayMemory remember_pictures(const Model& model, const Source& source, const Split& split,
                               std::span<const int> match, std::size_t per_class, int threads,
                               const ProgressCallback& progress);

/// Where the memory of a model cuts its network.
NodeId memory_cut(const Graph& graph);

inline constexpr std::size_t kMemoryBudgetBytes = 4 << 20;

}  // namespace giemsa
