#include "giemsa/cli/class_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

using Names = std::span<const std::string>;

int find_class(Names classes, const std::string& name) {
  const auto found = std::find(classes.begin(), classes.end(), name);
  return found == classes.end() ? -1 : static_cast<int>(found - classes.begin());
}

[[noreturn]] void fail_unknown(const std::string& entry, const char* whose, const std::string& name,
                               Names classes) {
  throw Error(ErrorKind::Usage, fmt::format("[classes] '{}': the {} has no class '{}'", entry, whose, name),
              suggest(name, classes));
}

}  // namespace

std::vector<int> match_classes(Names data_classes, Names model_classes, Names map) {
  std::map<int, int> mapped;
  for (const std::string& entry : map) {
    const std::size_t sign = entry.find('=');
    require(sign != std::string::npos && sign > 0, ErrorKind::Usage,
            fmt::format("[classes] '{}' is no pair NAME=CLASS", entry),
            "NAME is a class of the data, CLASS one of the model; NAME= leaves it out");
    const std::string from = entry.substr(0, sign), to = entry.substr(sign + 1);
    const int source = find_class(data_classes, from),
              target = to.empty() ? kLeftOut : find_class(model_classes, to);
    if (source < 0) fail_unknown(entry, "data", from, data_classes);
    if (!to.empty() && target < 0) fail_unknown(entry, "model", to, model_classes);
    require(mapped.emplace(source, target).second, ErrorKind::Usage,
            fmt::format("[classes] the class '{}' is mapped twice", from));
  }
  std::vector<int> match;
  for (std::size_t c = 0; c < data_classes.size(); ++c) {
    if (const auto entry = mapped.find(static_cast<int>(c)); entry != mapped.end()) {
      match.push_back(entry->second);
      continue;
    }
    match.push_back(find_class(model_classes, data_classes[c]));
    require(match.back() >= 0, ErrorKind::Data,
            fmt::format("[classes] the data has the class '{0}', the model does not", data_classes[c]),
            fmt::format(
                "--class-map '{0}=CLASS' with one of the model's classes ({1}), or '{0}=' to leave it out",
                data_classes[c], join(model_classes, ", ")));
  }
  return match;
}

}  // namespace giemsa
