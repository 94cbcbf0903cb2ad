#include "giemsa/serve/access_log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxWaitingLines = 8192, kMaxPathBytes = 256;
constexpr int kWriteWaitMs = 1000;  // for a pipe that nobody empties

/// "2026-11-23T06:21:22.123Z".
std::string now_utc() {
  const auto now = std::chrono::system_clock::now();
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     ms);
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int open_log(const std::string& where) {
  return ::open(where.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    pollfd writable{descriptor, POLLOUT, 0};
    if (::poll(&writable, 1, kWriteWaitMs) <= 0) return false;
    // No more than a pipe surely takes once it is writable, so that the call does not wait.
    const ssize_t size = ::write(descriptor, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (size < 0 && errno != EINTR) return false;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

AccessLog::AccessLog(std::string where) : where_(std::move(where)) {
  if (where_ == "none") return;
  descriptor_ = where_ == "-" ? STDERR_FILENO : open_log(where_);
  require(descriptor_ >= 0, ErrorKind::Io,
          fmt::format("[serve] cannot open the access log '{}': {}", where_, std::strerror(errno)),
          "--access-log FILE, - or none");
  writer_ = std::thread([this] { write(); });
}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  more_.notify_all();
  if (writer_.joinable()) writer_.join();
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void AccessLog::add(const AccessLine& line) {
  if (descriptor_ < 0) return;
  Json json{{"time", now_utc()},         {"client", line.client},
            {"method", line.method},     {"path", line.path.substr(0, kMaxPathBytes)},
            {"status", line.status},     {"ms", std::round(line.milliseconds * 1000) / 1000},
            {"bytes_in", line.bytes_in}, {"bytes_out", line.bytes_out}};
  if (line.pictures > 0) json["pictures"] = line.pictures;
  if (!line.model.empty()) json["model"] = line.model;
  push(line_of(json));
}

void AccessLog::add_event(const std::string& event, const std::string& message) {
  if (descriptor_ < 0) return;
  push(line_of({{"time", now_utc()}, {"event", event}, {"message", message}}));
}

void AccessLog::reopen() {
  if (descriptor_ <= STDERR_FILENO) return;
  const int fresh = open_log(where_);
  if (fresh < 0) return;
  ::dup3(fresh, descriptor_, O_CLOEXEC);  // the writer may be at it
  ::close(fresh);
}

void AccessLog::push(std::string text) {
  {
    const std::lock_guard lock(mutex_);
    if (lines_.size() >= kMaxWaitingLines) {
      ++lost_;
      return;
    }
    lines_.push_back(std::move(text));
  }
  more_.notify_one();
}

void AccessLog::write() {
  sigset_t broken_pipe;  // a pipe whose reader has gone is a line that is lost, not the end of the program
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [&] { return stop_ || !lines_.empty(); });
    if (lines_.empty()) return;
    // Those that wait go out together.
    const std::deque<std::string> taken = std::exchange(lines_, {});
    lock.unlock();
    std::string text;
    for (const std::string& line : taken) text += line;
    if (!write_all(descriptor_, text)) lost_ += taken.size();
    lock.lock();
  }
}

}  // namespace giemsa
