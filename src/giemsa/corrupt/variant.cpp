#include "giemsa/corrupt/variant.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/corrupt/augmented_view.h"

namespace giemsa {

std::string_view Variant::name() const { return corruption ? corruption->name : kAugmentedName; }

std::string Variant::folder() const {
  return corruption ? fmt::format("{}/{}", name(), severity) : std::string(name());
}

Image Variant::make(ImageView picture, std::uint64_t seed, std::string_view record_id) const {
  Random random = corruption_stream(seed, name(), severity, record_id);
  return corruption ? corrupt(picture, *corruption, severity, random) : augmented_view(picture, random);
}

std::vector<Variant> variants_of(std::span<const std::string> names, std::span<const int> severities) {
  std::vector<std::string> known{"all", std::string(kAugmentedName)};
  for (const Corruption& corruption : corruptions()) known.emplace_back(corruption.name);
  for (const std::string& name : names) {
    require(std::ranges::find(known, name) != known.end(), ErrorKind::Usage,
            fmt::format("[corrupt] there is no corruption '{}'", printable(name)), suggest(name, known));
  }
  for (const int severity : severities) {
    require(severity >= 1 && severity <= kSeverities, ErrorKind::Usage,
            fmt::format("[corrupt] severity is {}; expected 1 to {}", severity, kSeverities));
  }
  const auto wanted = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  std::vector<Variant> variants;
  for (const Corruption& corruption : corruptions()) {
    if (!wanted("all") && !wanted(corruption.name)) continue;
    for (int severity = 1; severity <= kSeverities; ++severity) {
      if (std::ranges::find(severities, severity) != severities.end())
        variants.push_back({&corruption, severity});
    }
  }
  if (wanted(kAugmentedName)) variants.push_back({});
  return variants;
}

}  // namespace giemsa
