#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <thread>

#include "cli/test_folder.h"
#include "giemsa/core/text.h"
#include "serve/raw_client.h"

namespace giemsa::testing {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// The program as a service on a port of its own.
class Service {
 public:
  Service(const TestFolder& folder, std::vector<std::string> arguments, int port = 0) {
    arguments.insert(arguments.begin(), "serve");
    if (std::ranges::find(arguments, "--port") == arguments.end())
      arguments.insert(arguments.end(), {"--port", std::to_string(port)});
    program_ = folder.start(arguments);
    static const std::regex address("https?://[0-9.]+:([0-9]+)/");
    std::smatch found;
    std::string said;
    while (!std::regex_search(said = program_->err(), found, address)) {
      if (program_->ended()) {
        ADD_FAILURE() << said;
        return;
      }
      std::this_thread::sleep_for(1ms);
    }
    port_ = std::stoi(found[1]);
  }

  int port() const { return port_; }
  Program* operator->() { return program_.get(); }

 private:
  std::unique_ptr<Program> program_;
  int port_ = 0;
};

std::string post(const std::string& path, const std::string& body, const std::string& type) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
                     path, type, body.size()) +
         body;
}

RawClient::Answer get(int port, const std::string& path, const std::string& more = "") {
  RawClient client(port);
  client.send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, more));
  return client.answer();
}

/// By the pictures' names: what `giemsa predict` says, as the service would.
std::map<std::string, Json> predicted(const TestFolder& folder, const std::string& pictures) {
  const Ran ran = folder.giemsa({"predict", pictures, "--format", "json"});
  expect_success(ran);
  std::map<std::string, Json> said;
  const Json answers = Json::parse(ran.out);
  for (const Json& one : answers["predictions"])
    said[std::filesystem::path(std::string(one["path"])).filename().string()] = one;
  return said;
}

/// An answer of the service in the words of `giemsa predict`.
Json as_predicted(Json answer, const Json& path) {
  const bool abstains = answer["status"] == "unlike" || answer["status"] == "unsure";
  Json said{{"path", path}, {"predicted", abstains ? Json("abstain") : answer["class"]}};
  for (const char* key : {"reason", "set", "novelty", "probabilities"}) {
    if (answer.contains(key)) said[key] = answer[key];
  }
  return said;
}

TEST(Serve, SaysWhatPredictSaysAloneAndToManyAtOnce) {
  const TestFolder folder;
  folder.make_cells("cells", 6);
  const std::map<std::string, Json> said = predicted(folder, "cells");
  ASSERT_EQ(said.size(), 48u);
  std::vector<std::pair<std::string, std::string>> pictures;  // names and bytes
  for (const std::string& file : folder.files("cells"))
    pictures.emplace_back(std::filesystem::path(file).filename().string(), folder.read("cells/" + file));
  Service service(folder, {"--access-log", "none"});

  std::atomic<int> compared = 0, different = 0;
  const auto compare = [&](const RawClient::Answer& reply, std::size_t expected) {
    const Json answers = Json::parse(reply.body, nullptr, false).value("answers", Json::array());
    if (reply.status != 200 || answers.size() != expected) ++different;
    for (const Json& answer : answers) {
      const Json& one = said.at(answer["name"]);
      if (as_predicted(answer, one["path"]) != one) ++different;
      ++compared;
    }
  };
  RawClient alone(service.port());
  for (const auto& [name, bytes] : pictures) {
    alone.send(post("/v1/predict?name=" + name, bytes, "image/png"));
    compare(alone.answer(), 1);
  }
  std::vector<std::thread> clients;
  for (std::size_t c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(service.port());
      for (std::size_t i = 0; i < pictures.size(); i += 4 + c) {  // forms of different sizes
        std::string form;
        const std::size_t end = std::min(i + 4 + c, pictures.size());
        for (std::size_t p = i; p < end; ++p) {
          const auto& [name, bytes] = pictures[(p * 7 + c) % pictures.size()];
          form += "--b\r\nContent-Disposition: form-data; name=\"p\"; filename=\"" + name + "\"\r\n\r\n" +
                  bytes + "\r\n";
        }
        client.send(post("/v1/predict", form + "--b--\r\n", "multipart/form-data; boundary=b"));
        compare(client.answer(), end - i);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(compared, 9 * 48);
  EXPECT_EQ(different, 0);
}

TEST(Serve, SaysWhereItListensAndEndsWhenItIsTold) {
  const TestFolder folder;
  folder.make_model("model");
  Service service(folder, {"--model", "model", "--access-log", "access.jsonl"});
  EXPECT_THAT(service->err(),
              HasSubstr(fmt::format("giemsa serves model at http://127.0.0.1:{}/\n", service.port())));
  EXPECT_THAT(service->err(), Not(HasSubstr("warning")));
  EXPECT_EQ(get(service.port(), "/healthz").body, "ok\n");
  service->interrupt();
  const Ran ran = service->wait();
  expect_success(ran);
  EXPECT_EQ(ran.out, "");
  const std::string line = split_text(folder.read("access.jsonl"), '\n').front();
  EXPECT_EQ(Json::parse(line)["path"], "/healthz");
}

TEST(Serve, SigtermLosesNoAcceptedRequest) {
  const TestFolder folder;
  folder.make_model("model");
  folder.make_cells("cells", 1);
  const std::string picture = folder.read("cells/platelet/platelet_00001.png");
  Service service(folder, {"--model", "model", "--access-log", "none"});
  std::atomic<bool> ending = false;
  std::atomic<int> answered = 0, lost = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 6; ++c) {
    clients.emplace_back([&] {
      for (;;) {
        RawClient client(service.port());
        if (!client.is_connected()) return;
        for (bool last = false; !last;) {
          if (!client.send(post("/v1/predict", picture, "image/png"))) return;
          const RawClient::Answer answer = client.answer();
          if (answer.status == 0 && ending) return;  // it came after the end: it was not accepted
          ++(answer.status == 200 ? answered : lost);
          last = answer.status != 200 || answer.head.find("Connection: close") != std::string::npos;
        }
      }
    });
  }
  while (answered < 200) std::this_thread::sleep_for(1ms);
  ending = true;
  service->signal(SIGTERM);
  expect_success(service->wait());
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0);
}

TEST(Serve, EndsAtOnceAtTheSecondSignalToEnd) {
  const TestFolder folder;
  folder.make_model("model");
  Service service(folder, {"--model", "model", "--access-log", "access.jsonl"});
  RawClient slow(service.port());
  slow.send("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n1");
  while (get(service.port(), "/metrics").body.find("giemsa_connections 2") == std::string::npos) {
  }
  service->signal(SIGTERM);
  while (service->err().find("once more to end at once") == std::string::npos && !service->ended())
    std::this_thread::sleep_for(1ms);
  service->signal(SIGHUP);  // none to end
  while (folder.read("access.jsonl").find("the model is") == std::string::npos && !service->ended())
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(100ms);
  EXPECT_FALSE(service->ended()) << "a request is on its way";
  service->signal(SIGTERM);
  EXPECT_EQ(service->wait().exit_code, 128 + SIGTERM);
}

TEST(Serve, SighupSwapsTheModelAndFailsNoRequest) {
  const TestFolder folder;
  folder.make_model("model");
  folder.make_cells("cells", 1);
  const std::string picture = folder.read("cells/platelet/platelet_00001.png");
  Service service(folder, {"--model", "model", "--access-log", "access.jsonl"});
  std::atomic<bool> stop = false;
  std::atomic<int> failed = 0, answered = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 3; ++c) {
    clients.emplace_back([&] {
      RawClient client(service.port());
      while (!stop) {
        client.send(post("/v1/predict", picture, "image/png"));
        ++(client.answer().status == 200 ? answered : failed);
        if (failed > 0) return;
      }
    });
  }
  const auto id = [&] { return Json::parse(get(service.port(), "/v1/model").body)["model"]["id"]; };
  const Json before = id();
  while (answered < 50) std::this_thread::sleep_for(1ms);
  Model other = read_model(folder.path("model"));
  other.classes.front() = "renamed";
  write_model(folder.path("model"), other);
  service->signal(SIGHUP);
  while (id() == before && failed == 0) std::this_thread::sleep_for(1ms);
  folder.cut("model/weights.safetensors");  // the next one cannot be loaded
  const Json after = id();
  service->signal(SIGHUP);
  while (folder.read("access.jsonl").find("stays as it is") == std::string::npos && failed == 0)
    std::this_thread::sleep_for(1ms);
  EXPECT_EQ(id(), after);
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(answered, 50);
}

TEST(Serve, IsThereAgainWithinASecondOfAKill) {
  const TestFolder folder;
  folder.make_model("model");
  const std::vector<std::string> arguments{"--model", "model", "--access-log", "none"};
  auto service = std::make_unique<Service>(folder, arguments);
  const int port = service->port();
  RawClient open(port);
  open.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(open.answer().status, 200);
  std::chrono::steady_clock::duration best = 1h;
  for (int i = 0; i < 3; ++i) {  // other programs may hold the processors meanwhile
    (*service)->kill();
    const auto began = std::chrono::steady_clock::now();
    service = std::make_unique<Service>(folder, arguments, port);
    EXPECT_EQ(service->port(), port);
    EXPECT_EQ(get(port, "/healthz").status, 200);
    best = std::min(best, std::chrono::steady_clock::now() - began);
  }
  EXPECT_LT(best, 1s);
}

TEST(Serve, TakesItsTokenFromAFile) {
  const TestFolder folder;
  folder.make_model("model");
  folder.write("token", "a-secret-of-mine\n");
  Service service(folder, {"--model", "model", "--token-file", "token", "--access-log", "access.jsonl"});
  EXPECT_EQ(get(service.port(), "/healthz").status, 200);
  for (const char* path : {"/", "/v1/model", "/readyz", "/metrics", "/openapi.json", "/assets/index.html"})
    EXPECT_EQ(get(service.port(), path).status, 401) << path;
  EXPECT_EQ(get(service.port(), "/v1/model", "Authorization: Bearer a-secret-of-mine\r\n").status, 200);
  service->signal(SIGTERM);
  EXPECT_THAT(service->wait().err, Not(HasSubstr("secret")));
  EXPECT_THAT(folder.read("access.jsonl"), Not(HasSubstr("secret")));
}

TEST(Serve, WarnsWhereOthersMayListenOrAsk) {
  const TestFolder folder;
  folder.make_model("model");
  Service service(folder, {"--model", "model", "--host", "0.0.0.0", "--access-log", "none"});
  EXPECT_THAT(service->err(), HasSubstr("warning: whoever reaches 0.0.0.0"));
  EXPECT_THAT(service->err(), HasSubstr("no TLS"));
}

TEST(Serve, SaysWhatIsWrong) {
  const TestFolder folder;
  folder.make_model("model");
  folder.write("short", "abc");
  Service other(folder, {"--model", "model", "--access-log", "none"});
  expect_failures(folder, ErrorKind::Usage,
                  {{{"serve", "--port", "70000"}, {"--port is 70000"}},
                   {{"serve", "--queue", "10"}, {"--queue"}},
                   {{"serve", "--tls-cert", "cert.pem"}, {"--tls-key"}},
                   {{"serve", "--token-file", "short"}, {"3 characters", "openssl rand"}},
                   {{"serve", "--host", "no.such.host.invalid"}, {"--host"}}});
  expect_failures(
      folder, ErrorKind::Io,
      {{{"serve", "--model", "model", "--port", std::to_string(other.port())}, {"--port 0"}},
       {{"serve", "--model", "none", "--port", "0"}, {"none"}},
       {{"serve", "--model", "model", "--port", "0", "--token-file", "none"}, {"none"}},
       {{"serve", "--model", "model", "--port", "0", "--access-log", "no/folder/log"}, {"access log"}},
       {{"serve", "--model", "model", "--port", "0", "--tls-cert", "none", "--tls-key", "none"}, {"key"}}});
}

}  // namespace
}  // namespace giemsa::testing
