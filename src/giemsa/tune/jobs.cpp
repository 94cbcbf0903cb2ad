#include "giemsa/tune/jobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/tune/folder_lock.h"
#include "giemsa/tune/stop_signals.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kGlance = std::chrono::milliseconds(20);
constexpr auto kTick = std::chrono::milliseconds(250);
constexpr auto kGrace = std::chrono::seconds(5);          // from SIGTERM to SIGKILL
constexpr auto kLockPatience = std::chrono::seconds(15);  // for a program that a killed call left behind
constexpr int kCannotStart = 127;                         // as shells say it

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A file descriptor that is closed at the end of its life, and when a program is started.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) throw_file_error("open", path, errno);
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

/// The lock on the job's folder, waited for.
FolderLock lock_folder(const fs::path& folder) {
  const auto start = Clock::now();
  while (Clock::now() - start < kLockPatience) {
    if (auto lock = FolderLock::take(folder)) return std::move(*lock);
    if (const int signal = StopSignals::received()) throw Interrupted(signal);
    std::this_thread::sleep_for(kGlance);
  }
  return FolderLock::require(folder);
}

/// A program that runs; ended with this object.
class Running {
 public:
  Running(std::size_t index, const Job& job) : index_(index), program_(job.program), started_(Clock::now()) {
    fs::create_directories(job.folder);
    const FolderLock lock = lock_folder(job.folder);
    const Descriptor log(job.log, O_WRONLY | O_CREAT | O_APPEND), nothing("/dev/null", O_RDONLY);
    const std::string head = fmt::format("$ {} {}\n", job.program.string(), join(job.arguments, " "));
    if (::write(log.get(), head.data(), head.size()) < 0) throw_file_error("write", job.log, errno);

    std::string name = job.program.string();
    std::vector<std::string> arguments = job.arguments;
    std::vector<char*> argv{name.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ < 0) {
      throw Error(ErrorKind::Io, fmt::format("[tune] cannot start a process: {}", std::strerror(errno)));
    }
    if (process_ == 0) become(parent, argv, lock, log, nothing);
    ::setpgid(process_, process_);  // here too: it must be done before the first kill
  }
  ~Running() {
    if (process_ > 0) end_now();
  }
  Running(Running&& other) noexcept
      : index_(other.index_),
        process_(std::exchange(other.process_, 0)),
        program_(std::move(other.program_)),
        started_(other.started_) {}
  Running& operator=(Running&& other) noexcept {
    if (process_ > 0) end_now();
    index_ = other.index_;
    process_ = std::exchange(other.process_, 0);
    program_ = std::move(other.program_);
    started_ = other.started_;
    return *this;
  }

  std::size_t index() const { return index_; }
  double seconds() const { return seconds_since(started_); }

  /// How it ended; nothing while it runs.
  std::optional<JobEnd> look() {
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
    ::kill(-std::exchange(process_, 0), SIGKILL);  // what it may have started itself
    const JobEnd end{.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                     .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                     .seconds = seconds()};
    require(end.exit_code != kCannotStart, ErrorKind::Io,
            fmt::format("[tune] cannot start {}", program_.string()),
            "check that it is there and may be run");
    return end;
  }
  void ask_to_end() const { ::kill(-process_, SIGTERM); }
  void end_now() {
    ::kill(-process_, SIGKILL);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
  }

 private:
  /// In the child: only calls that are safe after a fork.
  [[noreturn]] static void become(pid_t parent, const std::vector<char*>& argv, const FolderLock& lock,
                                  const Descriptor& log, const Descriptor& nothing) {
    StopSignals::forget();
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(kCannotStart);  // it ended before the line above
    lock.pass_on();
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(log.get(), STDOUT_FILENO);
    ::dup2(log.get(), STDERR_FILENO);
    ::execvp(argv.front(), argv.data());
    ::_exit(kCannotStart);
  }

  std::size_t index_;
  pid_t process_ = 0;
  fs::path program_;
  Clock::time_point started_;
};

/// Asks all to end, and ends those that do not.
void end_all(std::vector<Running>& running) {
  for (const Running& one : running) one.ask_to_end();
  const auto start = Clock::now();
  while (!running.empty() && Clock::now() - start < kGrace) {
    std::erase_if(running, [](Running& one) { return one.look().has_value(); });
    std::this_thread::sleep_for(kGlance);
  }
  running.clear();
}

}  // namespace

void run_jobs(std::span<const Job> jobs, const JobLimits& limits, const JobObserver& observer) {
  const StopSignals signals;
  std::vector<Running> running;
  std::size_t next = 0;
  Clock::time_point ticked{};
  while (next < jobs.size() || !running.empty()) {
    if (const int signal = StopSignals::received()) {
      end_all(running);
      throw Interrupted(signal);
    }
    while (next < jobs.size() && running.size() < static_cast<std::size_t>(std::max(limits.at_once, 1))) {
      running.emplace_back(next, jobs[next]);
      ++next;
    }
    for (std::size_t i = 0; i < running.size();) {
      std::optional<JobEnd> end = running[i].look();
      if (!end && limits.seconds > 0 && running[i].seconds() > limits.seconds) {
        end = JobEnd{.out_of_time = true, .seconds = running[i].seconds()};
        running[i].end_now();
      }
      if (!end) {
        ++i;
        continue;
      }
      const std::size_t index = running[i].index();
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      if (StopSignals::received() == 0) observer.ended(index, *end);
    }
    if (observer.ticked && Clock::now() - ticked >= kTick) {
      ticked = Clock::now();
      std::vector<std::size_t> indices;
      for (const Running& one : running) indices.push_back(one.index());
      observer.ticked(indices);
    }
    std::this_thread::sleep_for(kGlance);
  }
}

}  // namespace giemsa
