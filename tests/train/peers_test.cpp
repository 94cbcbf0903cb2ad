// Several peers as programs of their own (peer_program.cpp) on this machine.

#include "giemsa/train/peers.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <sstream>

#include "cli/run_program.h"
#include "giemsa/core/error.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Seconds = std::chrono::duration<double>;
using Steps = std::string;  // of one peer, apart by blanks
using Environment = std::vector<std::string>;

/// A port of this machine that nobody else listens at, or we do.
class Port {
 public:
  Port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    number_ = ntohs(address.sin_port);
  }
  ~Port() { ::close(socket_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  int number() const { return number_; }
  void listen() { EXPECT_EQ(::listen(socket_, 1), 0); }

 private:
  int socket_, number_ = 0;
};

int free_port() { return Port().number(); }

/// Peers that run at the same time and meet at a port of their own.
class Company {
 public:
  explicit Company(int timeout_seconds, int port = free_port(), Environment environment = {})
      : timeout_(timeout_seconds), port_(port), environment_(std::move(environment)) {}

  void start(int rank, int count, const Steps& steps, const Environment& more = {}) {
    std::vector<std::string> arguments{fmt::format("RANK={}", rank), fmt::format("WORLD_SIZE={}", count),
                                       "MASTER_ADDR=127.0.0.1", fmt::format("MASTER_PORT={}", port_)};
    arguments.insert(arguments.end(), environment_.begin(), environment_.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(GIEMSA_BIN_DIR "/peer_program");
    arguments.push_back(std::to_string(timeout_));
    std::istringstream words(steps);
    for (std::string word; words >> word;) arguments.push_back(word);
    programs_.push_back(
        std::make_unique<Program>("env", arguments, ProgramOptions{.timeout = std::chrono::seconds(100)}));
  }
  Program& operator[](std::size_t i) { return *programs_[i]; }
  std::vector<Ran> wait() {
    std::vector<Ran> ran;
    for (const auto& program : programs_) ran.push_back(program->wait());
    return ran;
  }

 private:
  int timeout_, port_;
  Environment environment_;
  std::vector<std::unique_ptr<Program>> programs_;
};

/// One program per element, with ranks in that order.
std::vector<Ran> run_peers(const std::vector<Steps>& steps, Company company) {
  for (std::size_t rank = 0; rank < steps.size(); ++rank) {
    company.start(static_cast<int>(rank), static_cast<int>(steps.size()), steps[rank]);
  }
  return company.wait();
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

void expect_failed(const Ran& ran, ErrorKind kind, const ::testing::Matcher<const std::string&>& says) {
  EXPECT_EQ(ran.exit_code, exit_code(kind)) << ran.err;
  EXPECT_THAT(ran.err, says);
}

class PeerPrograms : public ::testing::Test {
 protected:
  void SetUp() override {
#ifndef GIEMSA_HAS_GLOO
    GTEST_SKIP() << "giemsa was built without c10d's Gloo";
#endif
  }
};

/// What they exchange their values by.
struct Transport {
  const char* name;
  Environment environment;
  const char* lost;  ///< what is said of a peer that has ended
};

class PeerTransports : public PeerPrograms, public ::testing::WithParamInterface<Transport> {
 protected:
  static Company company(int timeout_seconds) {
    return Company(timeout_seconds, free_port(), GetParam().environment);
  }
};

INSTANTIATE_TEST_SUITE_P(
    By, PeerTransports,
    ::testing::Values(Transport{"Memory", {}, "has ended"},
                      Transport{"Network", {"GLOO_SOCKET_IFNAME=lo"}, "closed the connection ("}),
    [](const auto& of) { return of.param.name; });

TEST(Peers, AloneChangesNothing) {
  Peers peers(PeerEnvironment{}, std::chrono::seconds(1));
  std::vector<torch::Tensor> tensors{torch::tensor({1.f, 2.f}), {}};
  std::vector<double> values{3, 4};
  peers.average(tensors);
  peers.broadcast(tensors);
  peers.sum(values);
  peers.same("configuration", "x");
  peers.barrier();
  EXPECT_TRUE(peers.alone() && peers.is_writer());
  EXPECT_TRUE(torch::equal(tensors[0], torch::tensor({1.f, 2.f})));
  EXPECT_EQ(values, (std::vector<double>{3, 4}));
}

TEST_P(PeerTransports, TwoAverageSumAndBroadcast) {
  const Steps steps = "average mean sum broadcast same:a barrier";
  const std::vector<Ran> ran = run_peers({steps, steps}, company(30));
  for (const Ran& one : ran) {
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_EQ(one.err, "");
    const std::vector<std::string> out = lines(one.out);
    ASSERT_EQ(out.size(), 4u) << one.out;
    EXPECT_THAT(out[0], HasSubstr("[1.5, 15] false 34.5 "));
    EXPECT_THAT(out[0], HasSubstr(out[1]));  // to the last bit what one process gets
    EXPECT_EQ(out[2], "[1, 2e-12, 2000000001]");
    EXPECT_THAT(out[3], HasSubstr("[1, 10] false 23 "));
  }
  EXPECT_EQ(ran[0].out, ran[1].out);
}

TEST_P(PeerTransports, ThreeGetTheSameBits) {
  const Steps steps = "average sum broadcast";
  const std::vector<Ran> ran = run_peers({steps, steps, steps}, company(30));
  const std::vector<std::string> out = lines(ran[0].out);
  ASSERT_EQ(out.size(), 3u) << ran[0].err;
  EXPECT_THAT(out[0], HasSubstr("[2, 20] false 46 "));
  EXPECT_EQ(out[1], "[3, 3e-12, 3000000003]");
  for (const Ran& one : ran) {
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_EQ(one.out, ran[0].out);
  }
}

TEST_F(PeerPrograms, WaitForOneWhoComesLater) {
  Company company(30);
  company.start(1, 2, "barrier");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  company.start(0, 2, "barrier");
  for (const Ran& ran : company.wait()) EXPECT_EQ(ran.exit_code, 0) << ran.err;
}

TEST_P(PeerTransports, NameTheOneThatWasStartedOtherwise) {
  for (const Ran& ran : run_peers({"same:a", "same:a", "same:b"}, company(30))) {
    expect_failed(ran, ErrorKind::Data, HasSubstr("rank 2 of 3 has another configuration than rank 0"));
  }
}

TEST_F(PeerPrograms, NameThoseWhoDoNotCome) {
  Company company(1);
  company.start(0, 3, "barrier");
  expect_failed(
      company.wait()[0], ErrorKind::Io,
      AllOf(HasSubstr("ranks 1 and 2 of 3 did not come"), HasSubstr("within 1 s"), HasSubstr("Hint: ")));
}

TEST_F(PeerPrograms, SayWhenRankZeroIsNotThere) {
  Company company(1);
  company.start(1, 2, "barrier");
  expect_failed(company.wait()[0], ErrorKind::Io,
                AllOf(HasSubstr("rank 0 of 2 did not answer at 127.0.0.1:"), HasSubstr("MASTER_ADDR")));
}

TEST_F(PeerPrograms, RefuseDifferentNumbersOfProcesses) {
  Company company(30);
  company.start(0, 2, "barrier");
  company.start(1, 3, "barrier");
  const std::vector<Ran> ran = company.wait();
  expect_failed(ran[0], ErrorKind::Usage,
                AllOf(HasSubstr("rank 0 was started as one of 2 processes, rank 1 as one of 3"),
                      HasSubstr("WORLD_SIZE")));
  EXPECT_NE(ran[1].exit_code, 0);
}

TEST_F(PeerPrograms, RefuseTheSameRankTwice) {
  Company company(30);
  for (const int rank : {0, 1, 1}) company.start(rank, 3, "barrier");
  while (!company[1].ended() && !company[2].ended())
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  expect_failed(company[company[1].ended() ? 1 : 2].wait(), ErrorKind::Usage,
                AllOf(HasSubstr("another process is rank 1 of 3 too"), HasSubstr("RANK")));
}

TEST_F(PeerPrograms, RefuseAPortInUse) {
  Port port;
  port.listen();
  Company company(30, port.number());
  company.start(0, 2, "barrier");
  expect_failed(company.wait()[0], ErrorKind::Io,
                AllOf(HasSubstr("rank 0 cannot listen at"), HasSubstr("MASTER_PORT")));
}

/// They all take the same way, though only one is told which.
TEST_F(PeerPrograms, OneThatTakesTheNetworkTakesTheOthersAlong) {
  for (const int told : {0, 1}) {
    Company company(30);
    for (const int rank : {0, 1}) {
      company.start(rank, 2, "average sum",
                    rank == told ? Environment{"GLOO_SOCKET_IFNAME=lo"} : Environment{});
    }
    for (const Ran& ran : company.wait()) EXPECT_EQ(ran.exit_code, 0) << ran.err;
  }
}

TEST_F(PeerPrograms, RefuseAnInterfaceThatIsNone) {
  Company company(30);
  for (const int rank : {0, 1}) company.start(rank, 2, "barrier", {"GLOO_SOCKET_IFNAME=none0"});
  for (const Ran& ran : company.wait()) {
    expect_failed(ran, ErrorKind::Usage, HasSubstr("GLOO_SOCKET_IFNAME='none0' is no network interface"));
  }
}

/// kill -9 ends a peer's connections and its mark in the shared memory, and with them the others at once.
TEST_P(PeerTransports, EndSoonAfterOneIsKilled) {
  struct Case {
    int count, killed;
    Company peers = company(60);
  };
  Case cases[] = {{2, 0}, {2, 1}, {3, 0}, {3, 2}};
  const auto start = std::chrono::steady_clock::now();
  for (Case& c : cases) {
    for (int rank = 0; rank < c.count; ++rank) {
      c.peers.start(rank, c.count, rank == c.killed ? "average signal:9" : "average barrier barrier");
    }
  }
  for (Case& c : cases) {
    const std::vector<Ran> ran = c.peers.wait();
    for (int rank = 0; rank < c.count; ++rank) {
      if (rank == c.killed) continue;
      expect_failed(
          ran[rank], ErrorKind::Io,
          AllOf(HasSubstr(fmt::format("[peers] rank {} of {} {}", c.killed, c.count, GetParam().lost)),
                HasSubstr("Hint: ")));
    }
  }
  EXPECT_LT(Seconds(std::chrono::steady_clock::now() - start).count(), 45);
}

/// One that hangs keeps its connections; the timeout ends the others, and none waits in its destructors.
TEST_P(PeerTransports, EndAfterTheTimeoutWhenOneIsSilent) {
  Company companies[] = {company(5), company(5)};
  for (int silent = 0; silent < 2; ++silent) {
    for (int rank = 0; rank < 2; ++rank) {
      companies[silent].start(rank, 2, rank == silent ? "barrier signal:19" : "barrier sleep:500 barrier");
    }
  }
  const auto start = std::chrono::steady_clock::now();
  for (int silent = 0; silent < 2; ++silent) {
    const Ran other = companies[silent][1 - silent].wait();
    EXPECT_LT(Seconds(std::chrono::steady_clock::now() - start).count(), 30);
    expect_failed(other, ErrorKind::Io,
                  HasSubstr(fmt::format("[peers] rank {} of 2 did not answer within 5 s", silent)));
    EXPECT_FALSE(companies[silent][silent].ended());
  }
}

/// An error of one peer's own, such as a picture that cannot be read, is not told as a lost connection there.
TEST_P(PeerTransports, EndWhenOneLeavesWithItsOwnError) {
  const std::vector<Ran> ran = run_peers({"barrier barrier", "barrier nonsense"}, company(30));
  expect_failed(ran[0], ErrorKind::Io, HasSubstr(fmt::format("rank 1 of 2 {}", GetParam().lost)));
  expect_failed(ran[1], ErrorKind::Usage, AllOf(HasSubstr("unknown step"), Not(HasSubstr("[peers]"))));
}

}  // namespace
}  // namespace giemsa::testing
