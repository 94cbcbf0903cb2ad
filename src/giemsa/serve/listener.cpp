#include "giemsa/serve/listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
}

Listener described(Descriptor socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const bool is_v6 = address.ss_family == AF_INET6;
  const int port = ntohs(is_v6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                               : reinterpret_cast<const sockaddr_in&>(address).sin_port);
  const std::string host = text_of(address);
  return {.socket = std::move(socket),
          .address = is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port),
          .port = port,
          .is_loopback = is_loopback(address)};
}

/// Listens there, or leaves the reason in errno.
Descriptor try_to_listen(const addrinfo& at) {
  Descriptor socket(::socket(at.ai_family, at.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at.ai_protocol));
  if (!socket.is_open()) return socket;
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);  // restart at once
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes,
               sizeof yes);  // connections have it from the listener
  if (::bind(socket.get(), at.ai_addr, at.ai_addrlen) != 0 || ::listen(socket.get(), kBacklog) != 0) {
    const int why = errno;
    socket.close();
    errno = why;
  }
  return socket;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

void Descriptor::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

int Descriptor::release() { return std::exchange(descriptor_, -1); }

Listener listen_on(const ServeOptions& options) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
  require(error == 0, ErrorKind::Usage,
          fmt::format("[serve] '{}' is no address to listen at: {}", options.host, ::gai_strerror(error)),
          "--host 127.0.0.1 for this machine, 0.0.0.0 for all");
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
  int why = 0;
  for (const addrinfo* at = addresses.get(); at; at = at->ai_next) {
    Descriptor socket = try_to_listen(*at);
    if (socket.is_open()) return described(std::move(socket));
    why = errno;
  }
  throw Error(
      ErrorKind::Io,
      fmt::format("[serve] cannot listen at {} port {}: {}", options.host, options.port, std::strerror(why)),
      why == EADDRINUSE ? "another program does; --port 0 takes a free one"
      : why == EACCES   ? "ports below 1024 are the system's; --port 8080"
                        : "--host 127.0.0.1 --port 8080");
}

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  }
  return text;
}

std::size_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  return limit.rlim_cur == RLIM_INFINITY ? (1u << 20) : static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace giemsa
