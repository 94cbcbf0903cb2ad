#include <sys/epoll.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "giemsa/serve/page.h"
#include "giemsa/serve/server.h"

namespace giemsa {
namespace {

/// Who makes room first: the lower. Nobody who is answered does.
int rank(const Connection& connection) {
  switch (connection.phase) {
    case Phase::Lingering:
      return 0;
    case Phase::Head:
      return connection.in.empty() ? 1 : 2;
    case Phase::Body:
    case Phase::Writing:
      return 2;
    case Phase::Answering:
    case Phase::Closed:
      break;
  }
  return 3;
}

constexpr int kStays = 3;

}  // namespace

void Server::check_deadlines() {
  const Clock::time_point now = Clock::now();
  for (const auto& [id, connection] : connections_) {
    if (connection->phase == Phase::Closed || now <= connection->deadline) continue;
    guarded(*connection, [this, &one = *connection] { run_out_of_time(one); });
  }
  if (!accepting_ && listener_.socket.is_open()) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kListenerId;
    accepting_ = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener_.socket.get(), &event) == 0;
  }
}

void Server::run_out_of_time(Connection& connection) {
  if (!connection.transport->is_ready()) return close(connection);
  switch (connection.phase) {
    case Phase::Head:
      if (connection.in.empty() && (connection.was_served || draining_)) return close(connection);
      [[fallthrough]];
    case Phase::Body:
      refuse(connection, refusal(408, "usage", "the request did not arrive in time"));
      break;
    case Phase::Answering:
      connection.task->drop();
      connection.task.reset();
      connection.task_bytes = 0;
      refuse(connection, busy("there was no time to answer"));
      break;
    case Phase::Writing:
    case Phase::Lingering:
    case Phase::Closed:
      return close(connection);
  }
  advance(connection);
}

bool Server::make_room() {
  std::vector<Connection*> candidates;
  for (const auto& [id, connection] : connections_) {
    if (rank(*connection) < kStays) candidates.push_back(connection.get());
  }
  if (candidates.empty()) return false;
  // Some at once, so that the next do not have to look through all of them again.
  const auto some = static_cast<std::ptrdiff_t>(candidates.size() / 64);
  const auto key = [](const Connection* c) { return std::pair(rank(*c), c->began); };
  std::ranges::nth_element(candidates, candidates.begin() + some, {}, key);
  for (const auto last = candidates.begin() + some + 1;
       Connection * connection : std::span(candidates.begin(), last))
    turn_away(*connection, "there are too many connections");
  return true;
}

void Server::keep_memory_bounded(Connection& connection) {
  // A body that is within its own limit has room in any case: strings grow by doubling.
  constexpr std::uint64_t kBeside = 1 << 20;
  const std::uint64_t most =
      std::max(service_.options().max_held_bytes, 2 * service_.options().max_body_bytes + kBeside);
  while (held_ > most) {
    Connection* oldest = &connection;
    for (const auto& [id, other] : connections_) {
      if (rank(*other) < kStays && other->held > 0 && other->began < oldest->began) oldest = other.get();
    }
    turn_away(*oldest, "there is no memory for this request now");
    if (oldest == &connection) return;
  }
}

void Server::turn_away(Connection& connection, const char* why) {
  service_.metrics().count_turned_away();
  const bool expects_answer =
      connection.phase == Phase::Body ||
      (connection.phase == Phase::Head && !(connection.in.empty() && connection.was_served));
  if (expects_answer && connection.transport->is_ready()) {
    connection.is_last = true;
    send(connection, busy(why));
    connection.transport->write(connection.out);  // what fits at once
    connection.transport->end_writing();
  }
  close(connection);
}

void Server::begin_to_drain() {
  draining_ = true;
  service_.drain();
  accept(kBacklog);  // those that the system has accepted for us
  listener_.socket.close();
  for (const auto& [id, connection] : connections_) {
    if (connection->is_idle())
      connection->deadline = std::min(connection->deadline, Clock::now() + kDrainGrace);
  }
}

}  // namespace giemsa
