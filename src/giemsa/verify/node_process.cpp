#include "giemsa/verify/node_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "giemsa/core/error.h"

extern char** environ;

namespace giemsa {
namespace {

constexpr std::size_t kMostLineBytes = 256 << 20;
constexpr int kScriptsEnd = 3;  ///< the descriptor that the script reads and writes

}  // namespace

NodeProcess::NodeProcess(const std::string& script, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};  // a socket and not pipes: writing to a process that has ended is no signal then
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, ErrorKind::Io,
          fmt::format("[verify] cannot start a process: {}", std::strerror(errno)));
  std::vector<std::string> words = {"node", "-e", script, "--"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], kScriptsEnd);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const int failure = posix_spawnp(&process_, "node", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failure != 0) {
    ::close(ends[0]);
    throw Error(ErrorKind::Usage,
                fmt::format("[verify] node, in which ONNX Runtime runs, cannot be started: {}",
                            std::strerror(failure)),
                "install it (Debian: apt-get install nodejs npm), then npm install onnxruntime-node");
  }
  socket_ = ends[0];
}

NodeProcess::~NodeProcess() {
  ::close(socket_);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool NodeProcess::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool NodeProcess::read_line(std::string& line) {
  std::size_t looked_at = 0;
  for (std::array<char, 1 << 16> buffer; unread_.size() < kMostLineBytes;) {
    if (const auto end = unread_.find('\n', looked_at); end != std::string::npos) {
      line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return true;
    }
    looked_at = unread_.size();
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return false;
}

}  // namespace giemsa
