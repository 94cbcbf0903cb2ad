#include "giemsa/split/few_split.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {

Split few_split(const Source& source, std::span<const std::size_t> records, std::span<const int> match,
                const FewOptions& options) {
  std::vector<std::vector<std::size_t>> of_class(
      match.empty() ? 0 : static_cast<std::size_t>(std::ranges::max(match) + 1));
  for (const std::size_t record : records) {
    const int label = source.records()[record].label;
    if (label < 0) continue;
    const int k = match[static_cast<std::size_t>(label)];
    if (k >= 0) of_class[static_cast<std::size_t>(k)].push_back(record);
  }
  Split split{std::vector<Part>(source.records().size(), Part::None)};
  std::size_t chosen = 0;
  for (std::size_t k = 0; k < of_class.size(); ++k) {
    std::vector<std::size_t>& members = of_class[k];
    if (members.empty()) continue;
    const std::string& name = source.classes()[static_cast<std::size_t>(
        std::ranges::find(match, static_cast<int>(k)) - match.begin())];
    const std::size_t wanted = options.per_class > 0 ? options.per_class : members.size();
    std::size_t learned = std::min(wanted, members.size());
    if (options.per_class > 0 && options.leaves_some) {
      require(
          members.size() > 1, ErrorKind::Data,
          fmt::format("[split] class '{}' has one picture, which cannot be learned and measured both", name),
          "--per-class 0 learns all pictures; --class-map NAME= leaves a class out");
      learned = std::min(wanted, std::max<std::size_t>(1, members.size() * 3 / 4));
    }
    Random({options.seed, fnv1a("few"), fnv1a(name)}).shuffle(std::span(members));
    for (std::size_t i = 0; i < members.size(); ++i)
      split.parts[members[i]] = i < learned ? Part::Train : Part::Val;
    chosen += learned;
  }
  require(chosen > 0, ErrorKind::Data, "[split] there is no labelled picture to learn from",
          "pictures in one folder per class, or a manifest with labels");
  return split;
}

}  // namespace giemsa
