#include "giemsa/serve/transport.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}

  Moved read(std::span<char> to) override { return moved(::recv(socket_, to.data(), to.size(), 0), false); }
  Moved write(std::string_view from) override {
    return moved(::send(socket_, from.data(), from.size(), MSG_NOSIGNAL), true);
  }
  bool is_ready() const override { return true; }
  bool has_buffered() const override { return false; }
  void end_writing() override { ::shutdown(socket_, SHUT_WR); }

 private:
  static Moved moved(ssize_t size, bool for_writing) {
    if (size > 0) return {.state = Moved::State::Some, .bytes = static_cast<std::size_t>(size)};
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
      return {.for_writing = for_writing};
    return {.state = Moved::State::Closed};
  }

  int socket_;
};

struct SslDeleter {
  void operator()(SSL* ssl) const { ::SSL_free(ssl); }
};
struct ContextDeleter {
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(SSL_CTX* context, int socket) : ssl_(::SSL_new(context)), socket_(socket) {
    if (!ssl_ || ::SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc();
    ::SSL_set_accept_state(ssl_.get());  // the handshake is part of the first read
  }

  Moved read(std::span<char> to) override {
    std::size_t size = 0;
    ::ERR_clear_error();
    const int result = ::SSL_read_ex(ssl_.get(), to.data(), to.size(), &size);
    return moved(result, size);
  }
  Moved write(std::string_view from) override {
    std::size_t size = 0;
    ::ERR_clear_error();
    const int result = ::SSL_write_ex(ssl_.get(), from.data(), from.size(), &size);
    return moved(result, size);
  }
  bool is_ready() const override { return ::SSL_is_init_finished(ssl_.get()) == 1; }
  bool has_buffered() const override { return ::SSL_has_pending(ssl_.get()) == 1; }
  void end_writing() override {
    ::ERR_clear_error();
    if (!broken_ && is_ready()) ::SSL_shutdown(ssl_.get());
    ::shutdown(socket_, SHUT_WR);
  }

 private:
  Moved moved(int result, std::size_t size) {
    if (result == 1) return {.state = Moved::State::Some, .bytes = size};
    switch (::SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {};
      case SSL_ERROR_WANT_WRITE:
        return {.for_writing = true};
      case SSL_ERROR_ZERO_RETURN:
        return {.state = Moved::State::Closed};
      default:
        broken_ = true;
        return {.state = Moved::State::Closed};
    }
  }

  std::unique_ptr<SSL, SslDeleter> ssl_;
  int socket_;
  bool broken_ = false;
};

std::string why() {
  char text[256] = "unknown";
  if (const unsigned long error = ::ERR_get_error()) ::ERR_error_string_n(error, text, sizeof text);
  ::ERR_clear_error();
  return text;
}

}  // namespace

struct Transports::Tls {
  std::unique_ptr<SSL_CTX, ContextDeleter> context;
};

Transports::Transports(const ServeOptions& options) {
  if (!options.has_tls()) return;
  tls_ = std::make_unique<Tls>();
  tls_->context.reset(::SSL_CTX_new(::TLS_server_method()));
  SSL_CTX* const context = tls_->context.get();
  if (!context) throw std::bad_alloc();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  ::SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
  // A key behind a password would be asked for on the terminal.
  ::SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  // The key first: each is checked against what is there, and which file is at fault shall be told.
  require(::SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) == 1,
          ErrorKind::Io, fmt::format("[serve] cannot read the key '{}': {}", options.key_file, why()),
          "a file of PEM without a password, of the certificate's key");
  require(::SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) == 1, ErrorKind::Io,
          fmt::format("[serve] cannot read the certificate '{}': {}", options.certificate_file, why()),
          "a file of PEM: the certificate, then those that it was signed by");
  require(::SSL_CTX_check_private_key(context) == 1, ErrorKind::Usage,
          fmt::format("[serve] '{}' is not the key of '{}'", options.key_file, options.certificate_file));
}

Transports::~Transports() = default;

std::unique_ptr<Transport> Transports::make(int socket) const {
  if (!tls_) return std::make_unique<PlainTransport>(socket);
  return std::make_unique<TlsTransport>(tls_->context.get(), socket);
}

}  // namespace giemsa
