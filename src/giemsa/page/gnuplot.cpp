#include "giemsa/page/gnuplot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

extern char** environ;

namespace giemsa::page {
namespace {

constexpr const char* kOutputName = "output.txt";

/// Draws once more what a script has drawn. Fonts of SVG are measured in px, those of Cairo in points.
constexpr const char* kPng =
    "if (strstrt(GPVAL_TERMINALS, \"pngcairo\")) {{\n"
    "  set terminal pngcairo size 2*width,2*height font \"sans-serif,15\" fontscale 1.5 linewidth 2 "
    "pointscale 2\n"
    "  set output \"{}.png\"\n"
    "  replot\n"
    "}}\n";

/// What a program's standard input, output and working folder shall be.
class SpawnActions {
 public:
  explicit SpawnActions(const std::filesystem::path& folder) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, kOutputName, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
  }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// Runs `gnuplot -d SCRIPT` in `folder` (-d: without the person's own settings) and waits for its end.
void run_gnuplot(const std::filesystem::path& folder, std::string script) {
  std::string program = "gnuplot", defaults = "-d";
  const std::array<char*, 4> arguments{program.data(), defaults.data(), script.data(), nullptr};
  const SpawnActions actions(folder);
  pid_t process = 0;
  const int failure =
      posix_spawnp(&process, program.c_str(), actions.get(), nullptr, arguments.data(), environ);
  if (failure != 0) {
    throw Error(ErrorKind::Io,
                fmt::format("[figure] the program 'gnuplot', which draws the figures, cannot be started: {}",
                            std::strerror(failure)),
                "install it (Debian: apt-get install gnuplot-nox)");
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    require(errno == EINTR, ErrorKind::Io,
            fmt::format("[figure] lost sight of gnuplot: {}", std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string said = read_text(folder / kOutputName, 1 << 20);
  throw Error(ErrorKind::Io,
              fmt::format("[figure] gnuplot could not draw {}: {}", script,
                          said.empty() ? "it gave no reason" : said),
              "giemsa is made for gnuplot 5.2 and newer with its svg terminal");
}

}  // namespace

std::string draw_figure(const std::filesystem::path& folder, const Figure& figure) {
  const std::string script = figure.name + ".gp", drawing = figure.name + ".svg",
                    bitmap = figure.name + ".png";
  const std::string commands = figure.script + fmt::format(kPng, figure.name);
  const TemporaryFolder workshop;  // a failure leaves no half-made figure in `folder`
  write_atomic(workshop.path() / script, commands);
  write_atomic(workshop.path() / figure.data_name, figure.data);
  run_gnuplot(workshop.path(), script);
  std::string svg = read_text(workshop.path() / drawing);

  prepare_output_folder(folder);
  write_atomic(folder / script, commands);
  write_atomic(folder / figure.data_name, figure.data);
  write_atomic(folder / drawing, svg);
  if (std::filesystem::exists(workshop.path() / bitmap))
    write_atomic(folder / bitmap, read_text(workshop.path() / bitmap));
  return svg;
}

}  // namespace giemsa::page
