#include "giemsa/train/peer_store.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "giemsa/core/error.h"
#include "giemsa/train/peer_names.h"

namespace giemsa {

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kPause{20};           // between two looks into the store
constexpr Milliseconds kRollCallTime{2000};  // for failures to reach everybody

std::string joined_key(int rank) { return fmt::format("giemsa/joined/{}", rank); }
std::string note_key(const std::string& name, int rank) { return fmt::format("giemsa/{}/{}", name, rank); }
std::string alive_key(int rank) { return fmt::format("giemsa/alive/{}", rank); }

std::vector<std::uint8_t> bytes(const std::string& text) { return {text.begin(), text.end()}; }

std::string host_and_port(const PeerEnvironment& environment) {
  return fmt::format("{}:{}", environment.address, environment.port);
}

}  // namespace

std::string first_line(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  const std::string text = torch_error ? torch_error->what_without_backtrace() : error.what();
  return text.substr(0, text.find('\n'));
}

PeerStore::PeerStore(const PeerEnvironment& environment, Milliseconds timeout)
    : environment_(environment), timeout_(timeout) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(environment.port);
  options.isServer = environment.rank == 0 && !environment.agent_listens;
  options.waitWorkers = false;  // meet() says who is missing
  options.timeout = timeout;
  try {
    const auto tcp = c10::make_intrusive<c10d::TCPStore>(environment.address, options);
    store_ = c10::make_intrusive<c10d::PrefixStore>("attempt" + environment.attempt, tcp);
  } catch (const std::exception& error) {
    if (options.isServer) {
      throw Error(
          ErrorKind::Io,
          fmt::format("[peers] rank 0 cannot listen at {} ({})", host_and_port(environment),
                      first_line(error)),
          "set MASTER_ADDR to an address of this machine and MASTER_PORT to a free port, on all machines");
    }
    throw Error(ErrorKind::Io,
                fmt::format("[peers] rank 0 of {} did not answer at {} within {} s ({})", environment.count,
                            host_and_port(environment), timeout.count() / 1000, first_line(error)),
                "start rank 0 as well; MASTER_ADDR and MASTER_PORT must name it on all machines");
  }
}

void PeerStore::meet() {
  const auto [rank, count] = std::pair(environment_.rank, environment_.count);
  std::int64_t same_rank = 0;
  try {
    same_rank = store_->add(joined_key(rank), 1);
  } catch (const std::exception& error) {
    throw_gone("closed the connection", error);
  }
  require(same_rank == 1, ErrorKind::Usage,
          fmt::format("[peers] another process is rank {} of {} too", rank, count),
          "give every process a RANK of its own");
  exchange("count", std::to_string(count), [&](int other, const std::string& theirs) {
    require(theirs == std::to_string(count), ErrorKind::Usage,
            fmt::format("[peers] rank {} was started as one of {} processes, rank {} as one of {}", rank,
                        count, other, theirs),
            "set WORLD_SIZE to the same number for all of them");
  });
}

std::vector<std::string> PeerStore::exchange(const std::string& name, const std::string& mine,
                                             const std::function<void(int, const std::string&)>& seen) {
  const auto end = Clock::now() + timeout_;
  std::vector<std::string> notes(environment_.count);
  std::vector<int> missing(environment_.count);
  std::iota(missing.begin(), missing.end(), 0);
  try {
    store_->set(note_key(name, environment_.rank), bytes(mine));
    for (;;) {
      std::erase_if(missing, [&](int other) {
        if (!store_->check({note_key(name, other)})) return false;
        const std::vector<std::uint8_t> value = store_->get(note_key(name, other));
        notes[other].assign(value.begin(), value.end());
        if (seen) seen(other, notes[other]);
        return true;
      });
      if (missing.empty()) return notes;
      if (Clock::now() > end) break;
      std::this_thread::sleep_for(kPause);
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    const bool met = std::find(missing.begin(), missing.end(), 0) == missing.end();
    throw_gone(met ? "stopped waiting for " + ranks_of(missing, environment_.count) : "closed the connection",
               error);
  }
  throw Error(ErrorKind::Io,
              fmt::format("[peers] {} did not come to {} within {} s", ranks_of(missing, environment_.count),
                          host_and_port(environment_), timeout_.count() / 1000),
              "start them too, or give them more time: --set train.peer_timeout_seconds=…");
}

void PeerStore::throw_gone(const std::string& what, const std::exception& error) const {
  throw Error(ErrorKind::Io,
              fmt::format("[peers] rank 0 of {} {} ({})", environment_.count, what, first_line(error)),
              "its own output says why");
}

std::vector<int> PeerStore::roll_call() {
  const int count = environment_.count;
  std::vector<int> lost;
  for (int other = 0; other < count; ++other) {
    if (other != environment_.rank) lost.push_back(other);
  }
  if (count == 2) return lost;
  const auto end = Clock::now() + kRollCallTime;
  try {
    store_->wait({joined_key(environment_.rank)}, kRollCallTime);  // answers by then, or throws
    store_->set(alive_key(environment_.rank), bytes("1"));
    while (!lost.empty() && Clock::now() < end) {
      std::erase_if(lost, [&](int other) { return store_->check({alive_key(other)}); });
      std::this_thread::sleep_for(kPause);
    }
  } catch (const std::exception&) {
    // Rank 0 is gone with the store: either it is what was lost, or it has ended after its own roll call.
    if (std::find(lost.begin(), lost.end(), 0) != lost.end() && !environment_.agent_listens) return {0};
  }
  return lost;
}

c10::intrusive_ptr<c10d::Store> PeerStore::part(const std::string& name) const {
  return c10::make_intrusive<c10d::PrefixStore>(name, store_);
}

std::string address_towards(const PeerEnvironment& environment) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int failure =
      ::getaddrinfo(environment.address.c_str(), std::to_string(environment.port).c_str(), &hints, &found);
  require(failure == 0, ErrorKind::Io,
          fmt::format("[peers] the address '{}' is not known here: {}", environment.address,
                      ::gai_strerror(failure)),
          "set MASTER_ADDR to a name or address of rank 0's machine");
  std::string own;
  for (const addrinfo* to = found; to && own.empty(); to = to->ai_next) {
    const int socket = ::socket(to->ai_family, to->ai_socktype, to->ai_protocol);
    if (socket < 0) continue;
    sockaddr_storage from{};
    socklen_t size = sizeof(from);
    char text[NI_MAXHOST];
    // Connecting a datagram socket sends nothing; it asks the routing table.
    if (::connect(socket, to->ai_addr, to->ai_addrlen) == 0 &&
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&from), &size) == 0 &&
        ::getnameinfo(reinterpret_cast<sockaddr*>(&from), size, text, sizeof(text), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      own = text;
    }
    ::close(socket);
  }
  ::freeaddrinfo(found);
  require(!own.empty(), ErrorKind::Io,
          fmt::format("[peers] there is no way from here to {}", environment.address),
          "set GLOO_SOCKET_IFNAME to the network interface between the machines");
  return own;
}

}  // namespace giemsa
