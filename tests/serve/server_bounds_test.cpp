#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "serve/test_server.h"

namespace giemsa::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Server, TheRefusalOfALargeBodyArrives) {  // though the client is still sending
  TestServer server({.max_body_bytes = 3000});
  RawClient client(server.port());
  client.send(post("/v1/predict", std::string(20'000'000, 'a')));
  EXPECT_EQ(client.answer().status, 413);
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
  TestServer server({.max_pictures = 8, .queue = 9});
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

}  // namespace
}  // namespace giemsa::testing
