#include "giemsa/serve/server.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <atomic>
#include <thread>

#include "core/error_matchers.h"
#include "giemsa/serve/page_files.h"
#include "serve/asked_of.h"
#include "serve/raw_client.h"
#include "serve/test_certificate.h"

namespace giemsa::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

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

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"; }
std::string post(const std::string& path, const std::string& body, const std::string& more = "") {
  return fmt::format(
             "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: {}\r\n{}\r\n",
             path, body.size(), more) +
         body;
}
std::string error_in(const RawClient::Answer& answer) { return error_kind({.body = answer.body}); }

TEST(Server, AnswersAClientOfALibrary) {
  TestServer server;
  httplib::Client client("127.0.0.1", server.port());
  client.set_keep_alive(true);
  const auto page = client.Get("/");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_TRUE(page->body == server.service().get("/").body);
  const std::string picture = png_of(noise(3));
  const auto raw = client.Post("/v1/predict?name=a%20cell.png", picture, "image/png");
  ASSERT_TRUE(raw);
  EXPECT_EQ(Json::parse(raw->body)["answers"][0]["name"], "a cell.png");
  const auto form =
      client.Post("/v1/predict", httplib::MultipartFormDataItems{{"x", picture, "one.png", "image/png"},
                                                                 {"a", picture, "two.png", "image/png"}});
  ASSERT_TRUE(form);
  const Json answers = Json::parse(form->body)["answers"];
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0]["name"], "one.png");
  EXPECT_EQ(answers[1]["name"], "two.png");
  EXPECT_EQ(answers[0]["probabilities"], Json::parse(raw->body)["answers"][0]["probabilities"]);
  const auto head = client.Head("/v1/model");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
}

TEST(Server, AnswersManyClientsAtOnceAsOneAlone) {
  TestServer server;
  std::vector<std::string> pictures, alone;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    pictures.push_back(png_of(noise(seed)));
    RawClient client(server.port());
    ASSERT_TRUE(client.send(post("/v1/predict", pictures.back())));
    alone.push_back(client.answer().body);
  }
  std::atomic<int> different = 0, answered = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(server.port());
      for (std::size_t i = 0; i < 40; ++i) {
        const std::size_t picture = (i * 5 + static_cast<std::size_t>(c)) % pictures.size();
        if (!client.send(post("/v1/predict", pictures[picture]))) break;
        const RawClient::Answer answer = client.answer();
        ++answered;
        if (answer.status != 200 || answer.body != alone[picture]) ++different;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, 8 * 40);
  EXPECT_EQ(different, 0);
}

TEST(Server, TakesRequestsInAnyPieces) {
  TestServer server;
  const std::string picture = png_of(noise(0));
  const std::string bytes = get("/healthz") + post("/v1/predict", picture) + get("/readyz");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, bytes.size()}) {
    RawClient client(server.port());
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      ASSERT_TRUE(client.send(std::string_view(bytes).substr(at, piece)));
    EXPECT_EQ(client.answer().body, "ok\n");
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.answer().body, "ready\n");
  }
}

TEST(Server, TakesChunksAndTellsToContinue) {
  TestServer server;
  const std::string picture = png_of(noise(0));
  RawClient client(server.port());
  ASSERT_TRUE(
      client.send("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n"));
  EXPECT_EQ(client.answer().status, 100);
  for (std::size_t at = 0; at < picture.size(); at += 1000) {
    const std::string part = picture.substr(at, 1000);
    ASSERT_TRUE(client.send(fmt::format("{:x}\r\n{}\r\n", part.size(), part)));
  }
  ASSERT_TRUE(client.send("0\r\n\r\n" + post("/v1/predict", picture)));
  const std::string chunked = client.answer().body;
  EXPECT_EQ(chunked, client.answer().body);
}

TEST(Server, EveryRefusalIsJsonWithItsStatus) {
  TestServer server({.max_body_bytes = 3000});
  const std::string to = "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\n";
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {get("/nothing"), 404},
      {get("/../../etc/passwd"), 404},
      {get("/assets/%2e%2e/%2e%2e/etc/passwd"), 404},
      {get("/v1/predict"), 405},
      {"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {std::string("\0\1\2\r\n\r\n", 7), 400},
      {"GET / HTTP/1.1\n\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
      {"GET /" + std::string(50'000, 'a'), 414},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + std::string(50'000, 'a'), 431},
      {to + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
      {to + "Content-Length: 100000\r\n\r\n", 413},
      {to + "\r\n", 411},
      {to + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {to + "Transfer-Encoding: chunked\r\n\r\nfff\r\n", 413},
      {to + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", 415},
      {to + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", 415},
      {to + "Expect: miracles\r\nContent-Length: 5\r\n\r\n", 417},
      {to + "Content-Length: 5\r\n\r\nhello", 422},
      {to + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\n\r\nhello", 422},
      {to + "Transfer-Encoding: gzip\r\n\r\n", 501},
  };
  for (const auto& [bytes, status] : cases) {
    SCOPED_TRACE(bytes.substr(0, 100));
    RawClient client(server.port());
    client.send(bytes);
    const RawClient::Answer answer = client.answer();
    EXPECT_EQ(answer.status, status);
    EXPECT_THAT(error_in(answer), AnyOf("usage", "data"));
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/json"));
  }
}

TEST(Server, TheRefusalOfALargeBodyArrives) {  // though the client is still sending
  TestServer server({.max_body_bytes = 3000});
  RawClient client(server.port());
  client.send(post("/v1/predict", std::string(20'000'000, 'a')));
  EXPECT_EQ(client.answer().status, 413);
}

TEST(Server, TellsWhoHasEndedTooEarly) {
  TestServer server;
  RawClient half(server.port()), silent(server.port());
  half.send(post("/v1/predict", std::string(1000, 'a')).substr(0, 500));
  half.end_writing();
  EXPECT_EQ(half.answer().status, 400);
  EXPECT_TRUE(half.has_ended());
  silent.end_writing();
  EXPECT_TRUE(silent.has_ended());
  RawClient whole(server.port());  // one that ends its direction and waits
  whole.send(post("/v1/predict", png_of(noise(1))));
  whole.end_writing();
  EXPECT_EQ(whole.answer().status, 200);
}

TEST(Server, AnswersAllThatAHalfClosedConnectionAsked) {
  TestServer server;
  RawClient whole(server.port()), broken(server.port());
  const std::string picture = png_of(noise(1));
  std::string many;
  for (int i = 0; i < 30; ++i) many += get("/healthz");
  whole.send(many + post("/v1/predict", picture) + get("/readyz"));
  whole.end_writing();
  for (int i = 0; i < 30; ++i) ASSERT_EQ(whole.answer().body, "ok\n");
  EXPECT_EQ(whole.answer().status, 200);
  EXPECT_EQ(whole.answer().body, "ready\n");
  EXPECT_EQ(whole.answer().status, 0);
  EXPECT_TRUE(whole.has_ended());
  broken.send(post("/v1/predict", picture) + "GET /heal");
  broken.end_writing();
  EXPECT_EQ(broken.answer().status, 200);
  EXPECT_EQ(broken.answer().status, 400);
  EXPECT_TRUE(broken.has_ended());
}

TEST(Server, ManyRequestsAtOnceHoldUpNobody) {
  TestServer server;
  constexpr int kRequests = 10'000;
  std::string many;
  for (int i = 0; i < kRequests; ++i) many += get("/healthz");
  std::atomic<int> answered = 0;
  RawClient greedy(server.port());
  std::thread sender([&] { greedy.send(many); });
  std::thread reader([&] {
    while (answered < kRequests && greedy.answer().body == "ok\n") ++answered;
  });
  while (answered == 0) std::this_thread::yield();
  std::vector<int> meanwhile;  // answers that the greedy one had while another waited for one
  while (answered < kRequests / 2) {
    const int before_it = answered;
    RawClient healthy(server.port());
    healthy.send(get("/readyz"));
    EXPECT_EQ(healthy.answer().status, 200);
    meanwhile.push_back(answered - before_it);
  }
  sender.join();
  reader.join();
  EXPECT_EQ(answered, kRequests);
  ASSERT_FALSE(meanwhile.empty());
  std::ranges::nth_element(meanwhile, meanwhile.begin() + static_cast<std::ptrdiff_t>(meanwhile.size() / 2));
  EXPECT_LT(meanwhile[meanwhile.size() / 2], 1000) << "of " << meanwhile.size();
  EXPECT_LT(server.service()->load().held_bytes, 1u << 20);
}

TEST(Server, DoesNotAnswerUnderNamesOfOthers) {
  TestServer server;
  for (const char* path : {"/", "/v1/model", "/healthz"}) {
    RawClient rebound(server.port());
    rebound.send(fmt::format("GET {} HTTP/1.1\r\nHost: evil.example:{}\r\n\r\n", path, server.port()));
    const RawClient::Answer answer = rebound.answer();
    EXPECT_EQ(answer.status, 421);
    EXPECT_THAT(answer.head, HasSubstr("HTTP/1.1 421 "));
    EXPECT_EQ(error_in(answer), "usage");
    EXPECT_THAT(answer.body, HasSubstr("--token-file"));
    EXPECT_TRUE(rebound.has_ended());
  }
  TestServer with_token({.token = "0123456789"});
  RawClient proxied(with_token.port());
  proxied.send("GET /v1/model HTTP/1.1\r\nHost: cells.example\r\nAuthorization: Bearer 0123456789\r\n\r\n");
  EXPECT_EQ(proxied.answer().status, 200);
}

TEST(Server, SlowClientsRunOutOfTimeAndHoldUpNobody) {
  TestServer server({.timeout_s = 2});
  std::vector<RawClient> slow;
  for (int i = 0; i < 100; ++i) {
    slow.emplace_back(server.port());
    ASSERT_TRUE(slow.back().send(i % 2 == 0 ? "GET / HT"
                                            : post("/v1/predict", std::string(1000, 'a')).substr(0, 500)));
  }
  for (int i = 0; i < 20; ++i) {
    RawClient healthy(server.port());
    ASSERT_TRUE(healthy.send(post("/v1/predict", png_of(noise(1)))));
    EXPECT_EQ(healthy.answer().status, 200);
  }
  for (RawClient& client : slow) {
    const RawClient::Answer answer = client.answer();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(error_in(answer), "usage");
    EXPECT_TRUE(client.has_ended());
  }
}

TEST(Server, SilentConnectionsAreClosed) {
  TestServer server({.timeout_s = 1, .idle_s = 2});
  RawClient fresh(server.port()), served(server.port());
  served.send(get("/healthz"));
  EXPECT_EQ(served.answer().status, 200);
  EXPECT_EQ(fresh.answer().status, 408);
  EXPECT_TRUE(fresh.has_ended());
  EXPECT_EQ(served.answer().status, 0);  // without a word, as HTTP has it
  EXPECT_TRUE(served.has_ended());
}

TEST(Server, MakesRoomForNewConnections) {
  TestServer server({.max_connections = 20});
  std::vector<RawClient> crowd;
  for (int i = 0; i < 200; ++i) crowd.emplace_back(server.port());
  RawClient healthy(server.port());
  healthy.send(get("/healthz"));
  EXPECT_EQ(healthy.answer().status, 200);
  int turned_away = 0, open = 0;
  for (RawClient& client : crowd) {
    client.send(get("/healthz"));
    const RawClient::Answer answer = client.answer();
    if (answer.status == 200) ++open;
    if (answer.status != 503) continue;
    ++turned_away;
    EXPECT_EQ(error_in(answer), "busy");
    EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1"));
  }
  EXPECT_GT(turned_away, 100);
  EXPECT_LE(open, 20);
}

TEST(Server, BoundsTheBytesThatItHolds) {
  TestServer server({.max_body_bytes = 1 << 20, .max_held_bytes = 3 << 20});
  const std::string part =
      post("/v1/predict", std::string(1 << 20, 'a')).substr(0, 1 << 20);  // a bit is missing
  std::vector<RawClient> greedy;
  for (int i = 0; i < 10; ++i) {
    greedy.emplace_back(server.port());
    greedy.back().send(part);
  }
  RawClient healthy(server.port());
  ASSERT_TRUE(healthy.send(post("/v1/predict", png_of(noise(1)))));
  EXPECT_EQ(healthy.answer().status, 200);
  EXPECT_LE(server.service()->load().held_bytes, 3u << 20);
  EXPECT_EQ(greedy.front().answer().status, 503);
}

TEST(Server, KeepsNoBuffersOfIdleConnections) {
  TestServer server;
  std::vector<RawClient> idle;
  for (int i = 0; i < 10; ++i) {
    idle.emplace_back(server.port());
    std::string many;
    for (int r = 0; r < 400; ++r)
      many += "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: " + std::string(500, 'a') + "\r\n\r\n";
    ASSERT_TRUE(idle.back().send(many));
    for (int r = 0; r < 400; ++r) ASSERT_EQ(idle.back().answer().status, 200);
    ASSERT_TRUE(idle.back().send(post("/v1/predict", std::string(1 << 20, 'a'))));
    ASSERT_EQ(idle.back().answer().status, 422);
  }
  const auto waited_from = std::chrono::steady_clock::now();
  while (server.service()->load().held_bytes > 10 * (32u << 10) &&
         std::chrono::steady_clock::now() - waited_from < 10s)
    std::this_thread::sleep_for(1ms);
  EXPECT_LE(server.service()->load().held_bytes,
            10 * (32u << 10));  // of allocated memory, not of what is used
}

TEST(Server, TellsToComeAgainWhenTheQueueIsFull) {
  TestServer server({.max_pictures = 8, .queue = 8});
  const std::string form = form_of(std::vector<std::string>(8, png_of(Image(1000, 1000))));
  const std::string request =
      fmt::format(
          "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
          kFormType, form.size()) +
      form;
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(request));
  }
  RawClient health(server.port());
  health.send(get("/healthz"));
  EXPECT_EQ(health.answer().status, 200);
  int answered = 0, refused = 0;
  for (RawClient& client : clients) {
    const RawClient::Answer answer = client.answer();
    if (answer.status == 200) ++answered;
    if (answer.status != 503) continue;
    ++refused;
    EXPECT_EQ(error_in(answer), "busy");
    EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1"));
  }
  EXPECT_EQ(answered + refused, 20);
  EXPECT_GT(answered, 0);
  EXPECT_GT(refused, 0);
}

TEST(Server, OutlivesClientsThatVanish) {
  TestServer server;
  const std::string request = post("/v1/predict", png_of(Image(500, 500)));
  for (std::size_t i = 0; i < 60; ++i) {
    RawClient client(server.port());
    client.send(std::string_view(request).substr(0, i % 3 == 0 ? request.size() : request.size() * i / 60));
    if (i % 2 == 0) client.reset();
  }
  RawClient healthy(server.port());
  healthy.send(request);
  EXPECT_EQ(healthy.answer().status, 200);
}

TEST(Server, AnswersWhatWasAskedBeforeItEnds) {
  TestServer server;
  const std::string picture = png_of(Image(700, 700));
  std::atomic<bool> stop = false, ending = false;
  std::atomic<int> answered = 0, lost = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 6; ++c) {
    clients.emplace_back([&] {
      while (!stop) {
        RawClient client(server.port());
        if (!client.is_connected()) return;  // nobody listens any more
        for (bool last = false; !last;) {
          if (!client.send(post("/v1/predict", picture))) return;
          const RawClient::Answer answer = client.answer();
          if (answer.status == 0 && ending) return;  // it came after the end: it was not accepted
          ++(answer.status == 200 ? answered : lost);
          last = answer.status != 200 || answer.head.find("Connection: close") != std::string::npos;
        }
      }
    });
  }
  RawClient begun(server.port());  // with half of a request when the end comes
  const std::string request = post("/v1/predict", picture);
  begun.send(request.substr(0, request.size() / 2));
  while (answered < 30) std::this_thread::sleep_for(1ms);
  ending = true;
  server.server().drain();
  std::this_thread::sleep_for(100ms);
  begun.send(request.substr(request.size() / 2));
  EXPECT_EQ(begun.answer().status, 200);
  begun.close();
  server.stop();
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0);
  EXPECT_FALSE(RawClient(server.port()).is_connected());
}

TEST(Server, SwapsModelsUnderLoad) {
  TestServer server;
  const std::string picture = png_of(noise(1));
  std::atomic<bool> stop = false;
  std::atomic<int> failed = 0, first = 0, second = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&] {
      RawClient client(server.port());
      while (!stop) {
        client.send(post("/v1/predict", picture));
        const RawClient::Answer answer = client.answer();
        if (answer.status != 200) {
          ++failed;
          return;
        }
        ++(answer.body.find("\"z\":") == std::string::npos ? first : second);
      }
    });
  }
  while (first < 20) std::this_thread::sleep_for(1ms);
  Model other = random_model("baseline_cnn");
  other.classes.back() = "z";
  write_model(server.service().model(), other);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(server.service()->reload());
  const int before = second;
  while (second < before + 20 && failed == 0) std::this_thread::sleep_for(1ms);
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed, 0);
}

TEST(Server, AsksForTheTokenBeforeItReadsABody) {
  TestServer server({.token = "0123456789"});
  RawClient client(server.port());
  client.send("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
  const RawClient::Answer answer = client.answer();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(error_in(answer), "unauthorized");
  EXPECT_THAT(answer.head, HasSubstr("WWW-Authenticate: Bearer"));
  EXPECT_THAT(answer.head, HasSubstr("WWW-Authenticate: Basic"));
  httplib::Client with_password("127.0.0.1", server.port());
  with_password.set_basic_auth("anyone", "0123456789");
  EXPECT_EQ(with_password.Get("/v1/model")->status, 200);
}

TEST(Server, TellsNoCodingThatItDoesNotSend) {
  TestServer server;
  RawClient client(server.port());
  client.send(
      "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\nRange: bytes=0-0,0-0,0-0\r\n\r\n");
  const RawClient::Answer answer = client.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, server.service().get("/").body);
  EXPECT_THAT(answer.head, Not(HasSubstr("Content-Encoding")));
}

TEST(Server, SpeaksTls) {
  const TestCertificate certificate;
  TestServer server(
      {.certificate_file = certificate.certificate(), .key_file = certificate.key(), .timeout_s = 2});
  httplib::SSLClient client("localhost", server.port());
  client.set_ca_cert_path(certificate.certificate().c_str());
  client.enable_server_certificate_verification(true);
  client.set_keep_alive(true);
  const std::string picture = png_of(Image(600, 600));
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.Post("/v1/predict", picture, "image/png");
    ASSERT_TRUE(answer) << httplib::to_string(answer.error());
    EXPECT_EQ(answer->status, 200);
  }
  const std::string drawn = server.service().get("/v1/samples/neutrophil.png").body;
  const auto sample = client.Get("/v1/samples/neutrophil.png");  // larger than a record of TLS
  ASSERT_TRUE(sample);
  EXPECT_TRUE(sample->body == drawn);

  RawClient plain(server.port());
  plain.send(get("/healthz"));
  EXPECT_EQ(plain.answer().status, 0);
  RawClient garbage(server.port()), silent(server.port());
  garbage.send(std::string(10'000, '\x16'));
  EXPECT_TRUE(garbage.has_ended());
  EXPECT_TRUE(silent.has_ended());
}

TEST(Server, SaysWhyItCannotListen) {
  TestServer server;
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { listen_on({.port = server.port()}); }), HasSubstr("--port 0"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { listen_on({.host = "no.such.host.invalid", .port = 0}); }),
              HasSubstr("no address"));
  EXPECT_THAT(error_of(ErrorKind::Io, [] { Transports({.certificate_file = "/none", .key_file = "/none"}); }),
              HasSubstr("certificate"));
  const TestCertificate one, other;
  EXPECT_THAT(error_of(ErrorKind::Usage,
                       [&] { Transports({.certificate_file = one.certificate(), .key_file = other.key()}); }),
              HasSubstr("not the key"));
  EXPECT_TRUE(listen_on({.host = "127.0.0.1", .port = 0}).is_loopback);
  EXPECT_FALSE(listen_on({.host = "0.0.0.0", .port = 0}).is_loopback);
}

}  // namespace
}  // namespace giemsa::testing
