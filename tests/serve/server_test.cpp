#include "giemsa/serve/server.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <atomic>
#include <thread>

#include "core/error_matchers.h"
#include "serve/test_certificate.h"
#include "serve/test_server.h"

namespace giemsa::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

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
