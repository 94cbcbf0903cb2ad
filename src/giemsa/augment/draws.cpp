#include "giemsa/augment/draws.h"

#include <cmath>

namespace giemsa {
namespace {

double draw_number(const Operation& row, const OperationSetting& setting, Random& random) {
  switch (row.draw) {
    case Draw::None:
      return 0;
    case Draw::Uniform:
      return random.uniform(setting.from, setting.to);
    case Draw::Log:
      return setting.from == setting.to
                 ? setting.from
                 : std::exp(random.uniform(std::log(setting.from), std::log(setting.to)));
    case Draw::Whole:
      return setting.from +
             static_cast<double>(random.below(static_cast<std::uint64_t>(setting.to - setting.from) + 1));
  }
  return 0;
}

}  // namespace

Draws::Draws(const AugmentOptions& options, std::uint64_t key) : key_(key) {
  for (const Operation& row : operations()) {
    const OperationSetting& setting = options[row.id];
    if (setting.probability == 0) continue;
    Random random({key_, fnv1a(row.name)});
    if (random.chance(setting.probability))
      numbers_[static_cast<std::size_t>(row.id)] = draw_number(row, setting, random);
  }
}

Random Draws::stream(OperationId id) const {
  return Random({key_, fnv1a(operation(id).name), fnv1a("more")});
}

Random Draws::scheme_stream(std::uint64_t view) const { return Random({key_, fnv1a("scheme"), view}); }

}  // namespace giemsa
