#pragma once
#include <sys/socket.h>

#include <string>

#include "giemsa/serve/options.h"

namespace giemsa {

/// Connections that the system accepts ahead of us.
inline constexpr int kBacklog = 4096;

/// An open file descriptor, closed at the end of its life.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  void close();
  int release();

 private:
  int descriptor_;
};

/// A socket that listens.
struct Listener {
  Descriptor socket;
  std::string address;       ///< "127.0.0.1:8080", "[::1]:8080"
  int port = 0;              ///< the one that was given where options.port is 0
  bool is_loopback = false;  ///< only this machine reaches it
};

/// Throws Usage for a host that has no address, Io when the port cannot be had, with what to do.
Listener listen_on(const ServeOptions& options);

/// An address of IPv4 or IPv6 as people write it, without its port.
std::string text_of(const sockaddr_storage& address);

/// Raises the limit on open files as far as the system lets this process, and says how many there may be.
std::size_t raise_open_files();

}  // namespace giemsa
