#pragma once
#include <cstddef>
#include <exception>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace giemsa {

/// A program to run to its end, in a folder that it alone writes into while it runs.
struct Job {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::filesystem::path folder;  ///< made if need be, and locked (folder_lock.h) for the program's life
  std::filesystem::path log;     ///< its stdout and stderr are added to this file, below the command line
};

/// How it ended.
struct JobEnd {
  int exit_code = -1;  ///< -1: by a signal, or because its time was over
  int signal = 0;
  bool out_of_time = false;
  double seconds = 0;

  bool success() const { return exit_code == 0; }
};

/// Work was stopped by a signal to this program; the jobs that ran have been ended.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(int signal) : signal_(signal) {}
  int signal() const { return signal_; }
  const char* what() const noexcept override { return "interrupted"; }

 private:
  int signal_;
};

/// What is done while jobs run; each is called from the calling thread.
struct JobObserver {
  /// Job `index` ended. When this throws, the other jobs are ended, and the exception is passed on.
  std::function<void(std::size_t index, const JobEnd&)> ended;
  /// Several times a second, with the jobs that run; may be empty.
  std::function<void(std::span<const std::size_t> running)> ticked = {};
};

struct JobLimits {
  int at_once = 1;
  double seconds = 0;  ///< a job that takes longer is ended; 0: no limit
};

/// Runs all jobs, at most so many at once, in their order. Each gets a process group of its own and ends with
/// this process, however that ends. SIGINT, SIGTERM and SIGHUP end the jobs (SIGTERM, after some seconds
/// SIGKILL), then throw Interrupted. A folder that the program of an earlier, killed call still writes into
/// is waited for. Programs end with the thread that calls this. Throws Usage when a folder
/// stays locked, Io when a program cannot be started.
void run_jobs(std::span<const Job> jobs, const JobLimits& limits, const JobObserver& observer);

}  // namespace giemsa
