#pragma once
#include <fmt/format.h>

#include <string>
#include <thread>
#include <utility>

#include "giemsa/serve/server.h"
#include "serve/asked_of.h"
#include "serve/raw_client.h"

namespace giemsa::testing {

/// A server in this process, on a port of its own.
class TestServer {
 public:
  explicit TestServer(ServeOptions options = {})
      : service_(with_defaults(options)), server_(*service_, listen_on(service_->options())) {
    thread_ = std::thread([this] { server_.run(); });
  }
  ~TestServer() { stop(); }

  int port() const { return server_.listener().port; }
  TestService& service() { return service_; }
  Server& server() { return server_; }
  void stop() {
    server_.drain();
    if (thread_.joinable()) thread_.join();
  }

 private:
  static ServeOptions with_defaults(ServeOptions options) {
    options.port = 0;
    options.threads = 2;
    return options;
  }

  TestService service_;
  Server server_;
  std::thread thread_;
};

inline std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}
inline std::string post(const std::string& path, const std::string& body, const std::string& more = "") {
  return fmt::format(
             "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: {}\r\n{}\r\n",
             path, body.size(), more) +
         body;
}
inline std::string error_in(const RawClient::Answer& answer) { return error_kind({.body = answer.body}); }

}  // namespace giemsa::testing
