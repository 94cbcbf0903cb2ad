#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace giemsa {

/// A script that runs in node beside this program: bytes go to its standard input, lines come from its
/// standard output. It is to end where its input ends, which is when this object does.
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
