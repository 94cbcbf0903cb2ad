#pragma once
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace giemsa::testing {

/// What a server does with one path.
struct Page {
  std::string content = {};
  int status = 200;                           ///< of the answer; 206 instead of 200 where a part is asked for
  bool ranges = true;                         ///< false: always sends the whole
  bool tells_length = true;                   ///< false: the content ends with the connection
  std::string location = {};                  ///< for the statuses 301 and 302
  std::string content_range = {};             ///< instead of the right one
  std::optional<std::size_t> cut_after = {};  ///< closes the connection after that many bytes
  std::chrono::milliseconds pause{0};         ///< before the content's second byte
};

/// A request as it arrived, and how many bytes of content were sent.
struct Request {
  std::string path, range, agent;
  std::size_t sent = 0;
};

/// A small HTTP server on the loopback, in a thread of its own; one connection at a time.
class HttpServer {
 public:
  HttpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      throw std::runtime_error("no server on the loopback");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  /// "/name" → what it does; paths without a page answer 404.
  void put(const std::string& path, Page page) {
    const std::lock_guard lock(mutex_);
    pages_[path] = std::move(page);
  }
  /// All requests so far, after the last one is done with.
  std::vector<Request> requests() const {
    while (busy_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  /// Whether the descriptor is ready before the server stops.
  bool wait(int descriptor, short event) const {
    while (!stop_) {
      pollfd ready{descriptor, event, 0};
      if (::poll(&ready, 1, 10) == 1) return true;
    }
    return false;
  }

  void serve() {
    while (wait(listener_, POLLIN)) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      busy_ = true;
      answer(client);
      ::close(client);
      busy_ = false;
    }
  }

  void answer(int client) {
    std::string head;
    char buffer[4096];
    while (head.find("\r\n\r\n") == std::string::npos && wait(client, POLLIN)) {
      const ssize_t count = ::recv(client, buffer, sizeof(buffer), 0);
      if (count <= 0) return;
      head.append(buffer, static_cast<std::size_t>(count));
    }
    const std::size_t begin = head.find(' ') + 1;
    Request request{head.substr(begin, head.find(' ', begin) - begin), field(head, "Range"),
                    field(head, "User-Agent")};
    Page page{.content = "nothing here", .status = 404};
    std::size_t index = 0;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = pages_.find(request.path); found != pages_.end()) page = found->second;
      index = requests_.size();
      requests_.push_back(request);
    }
    send_page(client, page, request.range, index);
  }

  void send_page(int client, Page page, const std::string& range, std::size_t index) {
    std::string fields;
    const std::size_t total = page.content.size();
    if (page.status == 200 && page.ranges && range.starts_with("bytes=")) {
      const std::size_t from = std::stoul(range.substr(6));
      if (from < total) {
        page.status = 206;
        page.content.erase(0, from);
        fields = "Content-Range: " +
                 (page.content_range.empty() ? fmt::format("bytes {}-{}/{}", from, total - 1, total)
                                             : page.content_range) +
                 "\r\n";
      } else {
        page.status = 416;
        page.content = "beyond the end";
        fields = fmt::format("Content-Range: bytes */{}\r\n", total);
      }
    }
    if (page.tells_length) fields += fmt::format("Content-Length: {}\r\n", page.content.size());
    if (!page.location.empty()) fields += fmt::format("Location: {}\r\n", page.location);
    send(client, fmt::format("HTTP/1.1 {} Said\r\n{}Connection: close\r\n\r\n", page.status, fields));
    page.content.resize(std::min(page.content.size(), page.cut_after.value_or(page.content.size())));
    const std::string_view content = page.content;
    const std::size_t first =
        page.pause.count() > 0 ? std::min<std::size_t>(1, content.size()) : content.size();
    std::size_t sent = send(client, content.substr(0, first));
    if (first < content.size()) {
      const auto until = std::chrono::steady_clock::now() + page.pause;
      while (!stop_ && !hung_up(client) && std::chrono::steady_clock::now() < until) {
      }
      sent += send(client, content.substr(first));
    }
    const std::lock_guard lock(mutex_);
    requests_[index].sent = sent;
  }

  /// Whether the other side closes the connection within some milliseconds.
  static bool hung_up(int client) {
    pollfd closed{client, POLLRDHUP, 0};
    return ::poll(&closed, 1, 5) == 1;
  }

  /// How many bytes went out before the other side closed.
  std::size_t send(int client, std::string_view bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size() && wait(client, POLLOUT)) {
      const ssize_t count = ::send(client, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    return sent;
  }

  static std::string field(const std::string& head, const std::string& name) {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }

  int listener_;
  int port_ = 0;
  std::atomic<bool> stop_ = false, busy_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, Page> pages_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace giemsa::testing
