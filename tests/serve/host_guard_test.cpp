#include "giemsa/serve/host_guard.h"

#include <gtest/gtest.h>

namespace giemsa::testing {
namespace {

Listener listener_at(const std::string& address, bool is_loopback) {
  return {.socket = Descriptor(), .address = address, .port = 8080, .is_loopback = is_loopback};
}
Asked asked_of(const std::string& host, bool is_http_1_0 = false) {
  return {.method = "GET", .path = "/", .host = host, .is_http_1_0 = is_http_1_0};
}

TEST(HostGuard, KnowsTheNamesOfThisMachine) {
  const HostGuard guard({.host = "Mine"}, listener_at("127.0.1.1:8080", true));
  for (const char* host : {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:9",
                           "mine", "MINE:1", "127.0.1.1:8080", "localhost:"})
    EXPECT_TRUE(guard.allows(asked_of(host))) << host;
  for (const char* host :
       {"evil.example", "evil.example:8080", "localhost.evil.example", "evil.localhost",
        "127.0.0.1.evil.example", "localhost:80@evil.example", "localhost:80:80", "[::1].evil.example",
        "[::1", "[]", "::1", "[::2]", "", ":80", "127.0.0.2", "localhost, evil.example", "localhost/"})
    EXPECT_FALSE(guard.allows(asked_of(host))) << host;
  EXPECT_TRUE(guard.allows(asked_of("", true)));
  EXPECT_FALSE(guard.allows(asked_of("evil.example", true)));
  EXPECT_EQ(guard.refusal().status, 421);
}

TEST(HostGuard, KnowsAddressesOfIpv6) {
  const HostGuard guard({.host = "0:0:0:0:0:0:0:1"}, listener_at("[::1]:8080", true));
  EXPECT_TRUE(guard.allows(asked_of("[0:0:0:0:0:0:0:1]:8080")));
  EXPECT_TRUE(guard.allows(asked_of("[::1]:8080")));
  EXPECT_FALSE(guard.allows(asked_of("[::3]:8080")));
}

TEST(HostGuard, AllowsAllWithATokenOrOnANetwork) {
  const Asked asked = asked_of("cells.example");
  EXPECT_FALSE(HostGuard({}, listener_at("127.0.0.1:8080", true)).allows(asked));
  EXPECT_TRUE(HostGuard({.token = "0123456789"}, listener_at("127.0.0.1:8080", true)).allows(asked));
  EXPECT_TRUE(HostGuard({.host = "0.0.0.0"}, listener_at("0.0.0.0:8080", false)).allows(asked));
}

}  // namespace
}  // namespace giemsa::testing
