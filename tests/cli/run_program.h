#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace giemsa::testing {

/// Where a started program runs, and under which limits.
struct ProgramOptions {
  std::filesystem::path folder = "/";             ///< its working directory
  std::optional<rlim_t> max_file_bytes = {};      ///< RLIMIT_FSIZE
  std::optional<std::string> out = {}, err = {};  ///< a file to write to instead; "" for a closed stream
  std::chrono::seconds timeout{120};              ///< killed after that
};

/// How a program ended, and what it said.
struct Ran {
  int exit_code = -1;  ///< -1: ended by a signal
  int signal = 0;
  std::string out, err;
};

/// A program of its own, started without a shell. Killed when this object or this test ends before it does.
class Program {
 public:
  Program(const std::string& file, const std::vector<std::string>& arguments,
          const ProgramOptions& options = {})
      : out_(::memfd_create("out", MFD_CLOEXEC)),
        err_(::memfd_create("err", MFD_CLOEXEC)),
        deadline_(std::chrono::steady_clock::now() + options.timeout) {
    std::vector<char*> argv{const_cast<char*>(file.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) become(options, argv);
  }
  ~Program() {
    if (!ended()) kill();
    ::close(out_);
    ::close(err_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  bool ended() {
    if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = 0;
    return process_ <= 0;
  }
  /// Ends it as a power cut would.
  Ran kill() {
    if (!ended()) ::kill(process_, SIGKILL);
    return wait();
  }
  /// As Ctrl-C does.
  void interrupt() { signal(SIGINT); }
  void signal(int number) {
    if (!ended()) ::kill(process_, number);
  }
  /// Waits for its end, or kills it when its time is over.
  Ran wait() {
    while (!ended()) {
      if (std::chrono::steady_clock::now() > deadline_) ::kill(process_, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return {.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : -1,
            .signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0,
            .out = said(out_),
            .err = err()};
  }
  /// What it has said so far on standard error.
  std::string err() const { return said(err_); }

 private:
  /// In the child: only calls that are safe after a fork.
  [[noreturn]] void become(const ProgramOptions& options, const std::vector<char*>& argv) const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    redirect(options.out, out_, STDOUT_FILENO);
    redirect(options.err, err_, STDERR_FILENO);
    if (options.max_file_bytes) {
      const rlimit limit{*options.max_file_bytes, *options.max_file_bytes};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (::chdir(options.folder.c_str()) == 0) ::execvp(argv.front(), argv.data());
    ::_exit(127);
  }
  static void redirect(const std::optional<std::string>& file, int otherwise, int stream) {
    if (file && file->empty()) {
      ::close(stream);
    } else {
      ::dup2(file ? ::open(file->c_str(), O_WRONLY | O_CLOEXEC) : otherwise, stream);
    }
  }
  static std::string said(int descriptor) {
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0) return {};
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
  }

  int out_, err_, status_ = 0;
  pid_t process_ = -1;
  std::chrono::steady_clock::time_point deadline_;
};

/// The built programs.
inline std::string giemsa() { return GIEMSA_BIN_DIR "/giemsa"; }
inline std::string giemsa_train() { return GIEMSA_BIN_DIR "/giemsa-train"; }

}  // namespace giemsa::testing

/// Without LibTorch there is no giemsa-train to test.
#define GIEMSA_NEEDS_TRAIN()                                         \
  if (!std::filesystem::exists(::giemsa::testing::giemsa_train())) { \
    GTEST_SKIP() << "giemsa was built with GIEMSA_TRAIN=OFF";        \
  }
