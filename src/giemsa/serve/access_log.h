#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace giemsa {

/// One request, as the access log tells it.
struct AccessLine {
  std::string client, method, path;  ///< path: without its query
  int status = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
  double milliseconds = 0;  ///< from its first byte to its answer
  std::size_t pictures = 0;
  std::string model = {};  ///< the id of the one that answered
};

/// One JSON object a line. A thread of its own writes, so that a full disk or a stopped terminal never holds
/// up an answer: what it cannot write in time is lost, and counted.
class AccessLog {
 public:
  /// where: a file, which is appended to; "-": standard error; "none". Throws Io when the file cannot be
  /// opened.
  explicit AccessLog(std::string where);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void add(const AccessLine& line);
  /// A line of another kind: {"time", "event", "message"}.
  void add_event(const std::string& event, const std::string& message);
  /// Opens the file again, which something may have renamed meanwhile; the old one is kept where that fails.
  void reopen();
  std::uint64_t lost() const { return lost_; }

 private:
  void push(std::string text);
  void write();

  const std::string where_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::string> lines_;
  bool stop_ = false;
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<int> descriptor_ = -1;
  std::thread writer_;
};

}  // namespace giemsa
