// `giemsa train …` hands over to the program giemsa-train, which links LibTorch; this one stays quick to
// start.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "giemsa/cli/commands.h"
#include "giemsa/core/error.h"

namespace giemsa {

void add_train_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set (giemsa train --help)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command] {
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "giemsa-train";
    std::vector<std::string> arguments = command->remaining();
    std::vector<char*> argv{const_cast<char*>("giemsa-train")};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    throw Error(ErrorKind::Usage,
                fmt::format("[train] cannot start {}: {}", program.string(), std::strerror(errno)),
                "build giemsa with GIEMSA_TRAIN=ON (needs LibTorch)");
  });
}

}  // namespace giemsa
