#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <stop_token>
#include <thread>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/model_argument.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/serve/server.h"
#include "giemsa/serve/service.h"

namespace giemsa {
namespace {

struct Arguments {
  ServeOptions options;
  std::string model, token_file;
};

constexpr const char* kTokenVariable = "GIEMSA_TOKEN";

std::optional<std::string> token_of(const Arguments& args) {
  if (!args.token_file.empty()) return checked_token(read_text(args.token_file, 4096), args.token_file);
  const char* set = std::getenv(kTokenVariable);
  if (!set || !*set) return {};
  return checked_token(set, kTokenVariable);
}

/// Signals while the service runs. Make it before any other thread is started, since those inherit that the
/// signals are blocked.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set_, signal);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // OpenSSL writes to clients that have gone, and whoever reads standard error may have gone, too.
    std::signal(SIGPIPE, SIG_IGN);
  }

  /// A thread that takes them: SIGTERM and SIGINT drain, at the second time the program ends at once; SIGHUP
  /// loads the model again. It uses both, hence must end before they do.
  [[nodiscard]] std::jthread attend(Service& service, Server& server) const {
    return std::jthread([set = set_, &service, &server](const std::stop_token& stop) {
      bool draining = false;
      while (!stop.stop_requested()) {
        const timespec wait{.tv_sec = 0, .tv_nsec = 50'000'000};
        const int signal = ::sigtimedwait(&set, nullptr, &wait);
        if (signal == SIGHUP) {
          service.log().reopen();
          service.reload();
        } else if (signal == SIGTERM || signal == SIGINT) {
          if (draining) std::_Exit(128 + signal);
          draining = true;
          say("giemsa ends when all that was asked is answered; once more to end at once");
          server.drain();
        }
      }
    });
  }

 private:
  sigset_t set_{};
};

void warn(const ServeOptions& options, const Listener& listener) {
  if (listener.is_loopback) return;
  if (!options.token) say("warning: whoever reaches {} may ask: no token is set", listener.address);
  if (!options.has_tls())
    say("warning: pictures{} travel to {} readable for the network: no TLS",
        options.token ? " and the token" : "", listener.address);
}

void serve(Arguments& args) {
  const Signals signals;
  args.options.token = token_of(args);
  check(args.options);
  const std::filesystem::path model = chosen_model(args.model);
  Listener listener = listen_on(args.options);
  AccessLog log(args.options.access_log);
  Service service(args.options, model, log);
  Server server(service, std::move(listener));
  warn(args.options, server.listener());
  say("giemsa serves {} at {}://{}/", service.model()->name(), args.options.has_tls() ? "https" : "http",
      server.listener().address);
  const std::jthread attending = signals.attend(service, server);  // joined first, also when run() throws
  server.run();
}

}  // namespace

void add_serve_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  ServeOptions& options = args->options;
  CLI::App* command =
      app.add_subcommand("serve", "Answer over HTTP: a service for programs, a page for people");
  add_model_option(*command, args->model);
  command->add_option("--host", options.host, "Where to listen: an address or a name; 0.0.0.0 for all")
      ->capture_default_str();
  command->add_option("--port", options.port, "0: one that is free")->capture_default_str();
  command->add_option("--threads", options.threads, "That look at pictures; 0: one per processor");
  command->add_option("--token-file", args->token_file,
                      "A file with the token that every request must bring;\ndefault: $GIEMSA_TOKEN");
  command->add_option("--tls-cert", options.certificate_file,
                      "PEM: the certificate and those that signed it");
  command->add_option("--tls-key", options.key_file, "PEM: its key");
  command->add_option("--max-body", options.max_body_bytes, "Bytes of one request, e.g. 64MB")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  command->add_option("--max-pixels", options.max_pixels, "Width times height of one picture")
      ->capture_default_str();
  command->add_option("--max-pictures", options.max_pictures, "Of one request")->capture_default_str();
  command
      ->add_option(
          "--queue", options.queue,
          "Pictures of all requests that may wait; an eighth of the places is kept for requests of one")
      ->capture_default_str();
  command
      ->add_option("--timeout", options.timeout_s,
                   "Seconds for a request to arrive, to be answered, for the answer to be taken: each")
      ->capture_default_str();
  command->add_option("--max-connections", options.max_connections, "Beyond, the oldest idle ones make room")
      ->capture_default_str();
  command->add_option("--access-log", options.access_log, "A file, - for standard error, or none")
      ->capture_default_str();
  command->footer(
      "POST /v1/predict and /v1/explain, GET /v1/model, /v1/samples, /healthz, /readyz, /metrics,\n"
      "/openapi.json; the page is at /. See docs/serve.md.\n\n"
      "SIGTERM answers what was asked and ends; SIGHUP loads the model again from where it lies, and opens\n"
      "the access log again.\n\nExamples:\n  giemsa serve\n"
      "  giemsa serve --model run --port 9000 --access-log access.jsonl\n"
      "  giemsa serve --host 0.0.0.0 --token-file token --tls-cert cert.pem --tls-key key.pem\n"
      "  curl -F a=@cell.jpg -F b=@other.jpg http://127.0.0.1:8080/v1/predict");
  command->callback([args] { serve(*args); });
}

}  // namespace giemsa
