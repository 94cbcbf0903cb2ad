#include "giemsa/cli/program.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>

#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/core/version.h"

namespace giemsa {

namespace {

/// A closed standard stream would hand its number to the next file that is opened, and what is printed would
/// go into that file. Each is held by /dev/null instead, opened the wrong way round: printing still fails.
void hold_standard_streams() {
  for (const int stream : {0, 1, 2}) {
    if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    [[maybe_unused]] const int held = ::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
  }
}

int report(ErrorKind kind, const std::string& text) {
  std::fflush(stdout);
  say("error: {}", text);
  return exit_code(kind);
}

/// The command as far as it was understood.
struct Understood {
  const CLI::App* app;
  std::string name;  ///< "giemsa models show"
};

Understood understood(const CLI::App& app) {
  Understood command{&app, app.get_name()};
  while (!command.app->get_subcommands().empty()) {
    command.app = command.app->get_subcommands().front();
    command.name += " " + command.app->get_name();
  }
  return command;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// A command line that cannot be parsed. A word that was not understood is named first, with the nearest that
/// is known: it is most often the reason for whatever else is missing.
int report_usage(const CLI::App& app, const CLI::ParseError& error) {
  const auto [command, name] = understood(app);
  const std::string help = fmt::format("{} --help", name);
  const std::vector<std::string> unknown = command->remaining();
  if (unknown.empty()) return report(ErrorKind::Usage, fmt::format("{}\nHint: {}", error.what(), help));

  const std::string word = split_text(unknown.front(), '=').front();
  const bool is_option = word.starts_with('-');
  const auto known = is_option ? option_names(*command) : command_names(*command);
  const char* kind = is_option ? "option" : known.empty() ? "further argument" : "command";
  const std::string nearest = nearest_candidate(word, known);
  return report(ErrorKind::Usage,
                fmt::format("{} takes no {} '{}'\nHint: {}{}", name, kind, word,
                            nearest.empty() ? "" : fmt::format("did you mean '{}'? See ", nearest), help));
}

int parse_and_run(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::Success& asked_for) {  // --help and --version
    return app.exit(asked_for);
  } catch (const CLI::ParseError& error) {
    return report_usage(app, error);
  } catch (const Error& error) {
    return report(error.kind(), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return report(ErrorKind::Io,
                  fmt::format("[file] '{}': {}", error.path1().string(), error.code().message()));
  } catch (const std::bad_alloc&) {
    return report(ErrorKind::Internal, "out of memory");
  } catch (const std::exception& error) {
    if (std::ferror(stdout)) return 0;  // printing failed, which the caller reports
    return report(ErrorKind::Internal, error.what());
  }
}

}  // namespace

int run_program(CLI::App& app, int argc, char** argv) {
  hold_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes shall fail the write, not end the process
  app.set_version_flag("--version", fmt::format("giemsa {}", version()));
  const int code = parse_and_run(app, argc, argv);
  if (code != 0) return code;
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return 0;
  return report(
      ErrorKind::Io,
      "[output] standard output cannot be written\nHint: free space where it goes, or name another file");
}

}  // namespace giemsa
