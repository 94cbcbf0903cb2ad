#include "giemsa/cli/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

#include "giemsa/core/error.h"
#include "giemsa/core/version.h"

namespace giemsa {

namespace {

int report(ErrorKind kind, const std::string& text) {
  std::fflush(stdout);
  fmt::print(stderr, "error: {}\n", text);
  return exit_code(kind);
}

}  // namespace

int run_program(CLI::App& app, int argc, char** argv) {
  app.set_version_flag("--version", fmt::format("giemsa {}", version()));
  app.failure_message(CLI::FailureMessage::help);
  try {
    app.parse(argc, argv);
    std::fflush(stdout);
    require(!std::ferror(stdout), ErrorKind::Io, "[output] standard output cannot be written");
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
    return report(ErrorKind::Usage, fmt::format("{}\nHint: {} --help", error.what(), app.get_name()));
  } catch (const Error& error) {
    return report(error.kind(), error.what());
  } catch (const std::bad_alloc&) {
    return report(ErrorKind::Internal, "out of memory");
  } catch (const std::exception& error) {
    return report(ErrorKind::Internal, error.what());
  }
}

}  // namespace giemsa
