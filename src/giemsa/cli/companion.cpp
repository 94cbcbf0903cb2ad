#include "giemsa/cli/companion.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "giemsa/core/error.h"

namespace giemsa {

void become_companion(const std::string& name, std::vector<std::string> arguments, const std::string& hint) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
  std::vector<char*> argv{const_cast<char*>(name.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw Error(ErrorKind::Usage,
              fmt::format("[{}] cannot start {}: {}", name, program.string(), std::strerror(errno)), hint);
}

}  // namespace giemsa
