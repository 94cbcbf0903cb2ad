#pragma once

namespace CLI {
class App;
}

namespace giemsa {

/// Parses the command line and runs what it asks for. Errors go to stderr as "error: …" with their hint;
/// returns the exit code: 0, or that of the error's kind (core/error.h); 2 for a command line that cannot be
/// parsed, 4 when standard output cannot be written.
int run_program(CLI::App& app, int argc, char** argv);

}  // namespace giemsa
