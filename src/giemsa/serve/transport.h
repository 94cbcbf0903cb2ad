#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "giemsa/serve/options.h"

namespace giemsa {

/// What came of a read or a write that does not wait.
struct Moved {
  enum class State {
    Some,    ///< `bytes` of them, at least one
    Wait,    ///< none for now
    Closed,  ///< the other side has ended its direction, or broken the connection
  };
  State state = State::Wait;
  std::size_t bytes = 0;
  bool for_writing = false;  ///< Wait: until the socket can be written, not read (TLS may ask for either)
};

/// The two directions of a connection; never waits.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Moved read(std::span<char> to) = 0;
  virtual Moved write(std::string_view from) = 0;
  /// Whether answers can be written: not before the handshake of TLS.
  virtual bool is_ready() const = 0;
  /// Whether bytes have left the socket that read() has not given yet: nobody tells of them again.
  virtual bool has_buffered() const = 0;
  /// Tells the other side that nothing more comes.
  virtual void end_writing() = 0;
};

/// Makes the transport of each connection: plain, or TLS 1.2 and 1.3 (OpenSSL).
class Transports {
 public:
  /// Throws Io for a certificate or key that cannot be read, Usage for such as do not go together.
  explicit Transports(const ServeOptions& options);
  ~Transports();

  /// socket: non-blocking, and open for as long as the transport lives.
  std::unique_ptr<Transport> make(int socket) const;

 private:
  struct Tls;
  std::unique_ptr<Tls> tls_;  ///< nothing: plain
};

}  // namespace giemsa
