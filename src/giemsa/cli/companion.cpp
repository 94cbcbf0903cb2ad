#include "giemsa/cli/companion.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

/// OpenMP's threads wait for each other by spinning, for milliseconds. When another program takes one of the
/// processors, the spinning keeps the late thread from running, and training becomes several times slower. A
/// short spin costs nothing measurable on a quiet machine. GNU's OpenMP reads this once, when a program
/// starts.
void shorten_spinning() {
  if (!std::getenv("OMP_WAIT_POLICY")) setenv("GOMP_SPINCOUNT", "3000", /*overwrite=*/0);
}

}  // namespace

void become_companion(const std::string& name, std::vector<std::string> arguments, const std::string& hint) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
  std::vector<char*> argv{const_cast<char*>(name.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw Error(ErrorKind::Usage,
              fmt::format("[{}] cannot start {}: {}", name, program.string(), std::strerror(errno)), hint);
}

void become_trainer(std::vector<std::string> arguments) {
  shorten_spinning();
  become_companion("giemsa-train", std::move(arguments),
                   "build giemsa with GIEMSA_TRAIN=ON (needs LibTorch)");
}

}  // namespace giemsa
