#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

namespace giemsa::testing {

/// A connection on which a test sends what it likes.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(); }
  RawClient(RawClient&& other) noexcept : socket_(other.socket_), is_connected_(other.is_connected_) {
    other.socket_ = -1;
  }
  RawClient(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  void end_writing() { ::shutdown(socket_, SHUT_WR); }
  /// Breaks the connection.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  struct Answer {
    int status = 0;  ///< 0: the connection ended without one
    std::string head, body;
  };
  /// The next answer on this connection.
  Answer answer() {
    Answer answer;
    std::size_t end;
    while ((end = arrived_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return answer;
    }
    answer.head = arrived_.substr(0, end + 4);
    arrived_.erase(0, end + 4);
    answer.status = std::atoi(answer.head.c_str() + 9);
    const std::size_t length = answer.head.find("Content-Length: ");
    const std::size_t size =
        length == std::string::npos ? 0 : std::strtoul(answer.head.c_str() + length + 16, nullptr, 10);
    while (arrived_.size() < size) {
      if (!more()) return {};
    }
    answer.body = arrived_.substr(0, size);
    arrived_.erase(0, size);
    return answer;
  }
  /// Whether the other side has ended the connection; waits for that.
  bool has_ended() {
    while (more()) {
    }
    return !timed_out_;
  }

 private:
  bool more() {
    pollfd readable{socket_, POLLIN, 0};
    timed_out_ = ::poll(&readable, 1, 30'000) <= 0;
    if (timed_out_) return false;
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size > 0) arrived_.append(bytes, static_cast<std::size_t>(size));
    return size > 0;
  }

  int socket_;
  bool is_connected_ = false, timed_out_ = false;
  std::string arrived_;
};

}  // namespace giemsa::testing
