#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace giemsa {

/// A script that runs in node beside this program: it reads bytes from descriptor 3 and writes lines to it.
/// Node makes standard input and output non-blocking once something touches them, and libraries may print
/// there, so neither is used. The script is to end where its input ends, which is when this object does.
class NodeProcess {
 public:
  /// Throws Usage where node cannot be started.
  NodeProcess(const std::string& script, const std::vector<std::string>& arguments);
  ~NodeProcess();
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  /// Both give false once the script has ended.
  bool write(std::span<const std::uint8_t> bytes);
  bool read_line(std::string& line);

 private:
  int socket_ = -1;
  pid_t process_ = 0;
  std::string unread_;
};

}  // namespace giemsa
