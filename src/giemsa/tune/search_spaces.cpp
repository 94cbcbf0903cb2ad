#include "giemsa/tune/search_spaces.h"

#include <fmt/format.h>

#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"

namespace giemsa {

std::string load_space(const std::string& name_or_file) {
  if (name_or_file.ends_with(".toml")) return read_text(name_or_file, 1 << 20);
  std::vector<std::string> names;
  for (const Recipe& space : search_spaces()) {
    if (space.name == name_or_file) return std::string(space.toml);
    names.emplace_back(space.name);
  }
  throw Error(ErrorKind::Usage, fmt::format("[search] there is no space '{}'", name_or_file),
              suggest(name_or_file, names) + "; or a file ending in .toml");
}

}  // namespace giemsa
