#include "giemsa/train/optimizer_update.h"

#include <algorithm>

namespace giemsa {

void apply_updates(std::span<const ParameterUpdate> updates, const UpdateRule& rule) {
  const bool host = std::all_of(updates.begin(), updates.end(), [](const ParameterUpdate& update) {
    return update.param.device().is_cpu() && update.param.scalar_type() == torch::kFloat32;
  });
  (host ? update_on_host : update_by_operations)(updates, rule);
}

}  // namespace giemsa
