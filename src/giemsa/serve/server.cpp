#include "giemsa/serve/server.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/serve/page.h"

namespace giemsa {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kReadBytes = 64 << 10;
constexpr int kReadsAtOnce = 4;      // then others have their turn
constexpr int kAnswersAtOnce = 8;    // likewise, to requests that came at once
constexpr int kAcceptsAtOnce = 256;  // likewise
constexpr auto kCheckEvery = 100ms;  // deadlines
constexpr auto kLinger = 2s;
constexpr std::size_t kKeptBuffer = 16 << 10;  // of a connection that waits
constexpr std::size_t kSpareFiles = 64;        // for the model and the log

void add_to_epoll(int epoll, int descriptor, std::uint64_t id, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  require(::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0, ErrorKind::Io,
          fmt::format("[serve] epoll: {}", std::strerror(errno)));
}

void forget(std::string& text) {
  text.clear();
  if (text.capacity() > kKeptBuffer) text.shrink_to_fit();
}

}  // namespace

Server::Mailbox::Mailbox() : event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  require(event.is_open(), ErrorKind::Io, fmt::format("[serve] eventfd: {}", std::strerror(errno)));
}

void Server::Mailbox::put(std::uint64_t connection, PictureReply reply) {
  {
    const std::lock_guard lock(mutex);
    replies.emplace_back(connection, std::move(reply));
    if (replies.size() > 1) return;  // it was woken for the first
  }
  wake();
}

void Server::Mailbox::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t size = ::write(event.get(), &one, sizeof one);
}

Server::Server(Service& service, Listener listener)
    : service_(service),
      listener_(std::move(listener)),
      guard_(service.options(), listener_),
      transports_(service.options()),
      http_(static_cast<int>(service.options().idle_s)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      mailbox_(std::make_shared<Mailbox>()),
      buffer_(kReadBytes),
      next_id_(kFirstConnectionId) {
  require(epoll_.is_open(), ErrorKind::Io, fmt::format("[serve] epoll: {}", std::strerror(errno)));
  const std::size_t files = raise_open_files();
  const std::size_t for_connections = files > 2 * kSpareFiles ? files - kSpareFiles : files / 2;
  max_connections_ = std::min(service.options().max_connections, for_connections);
  add_to_epoll(epoll_.get(), listener_.socket.get(), kListenerId, EPOLLIN);
  add_to_epoll(epoll_.get(), mailbox_->event.get(), kMailboxId, EPOLLIN);
}

Server::~Server() {
  for (const auto& [id, connection] : connections_) {
    if (connection->task) connection->task->drop();
  }
  service_.load().connections = 0;
  service_.load().held_bytes = 0;
}

void Server::drain() {
  drain_asked_ = true;
  mailbox_->wake();
}

void Server::run() {
  while (!draining_ || !connections_.empty()) {
    wait();
    if (drain_asked_ && !draining_) begin_to_drain();
    if (Clock::now() >= next_check_) {
      check_deadlines();
      next_check_ = Clock::now() + kCheckEvery;
    }
    for (const std::uint64_t id : closed_) reap(id);
    closed_.clear();
    service_.load().connections = connections_.size();
    service_.load().held_bytes = held_;
  }
}

void Server::wait() {
  std::array<epoll_event, 256> events{};
  const bool is_quiet = connections_.empty() && accepting_ && !drain_asked_;
  const int timeout_ms = !again_.empty() ? 0 : is_quiet ? -1 : static_cast<int>(kCheckEvery.count());
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms);
  const std::vector<std::uint64_t> again = std::exchange(again_, {});
  bool has_connections = false;
  const auto with = [&](std::uint64_t id, std::uint32_t what) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || found->second->phase == Phase::Closed) return;
    guarded(*found->second, [&] { handle(*found->second, what); });
  };
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kListenerId) {
      has_connections = true;
    } else if (event.data.u64 == kMailboxId) {
      std::uint64_t number = 0;
      [[maybe_unused]] const ssize_t size = ::read(mailbox_->event.get(), &number, sizeof number);
    } else {
      with(event.data.u64, event.events);
    }
  }
  for (const std::uint64_t id : again) {
    if (const auto found = connections_.find(id); found != connections_.end())
      found->second->is_again = false;
    with(id, EPOLLIN);
  }
  deliver();
  if (has_connections) accept(kAcceptsAtOnce);
}

void Server::accept(int at_most) {
  for (int i = 0; i < at_most; ++i) {
    sockaddr_storage client{};
    socklen_t size = sizeof client;
    Descriptor socket(::accept4(listener_.socket.get(), reinterpret_cast<sockaddr*>(&client), &size,
                                SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open()) {
      try {
        take_in(std::move(socket), text_of(client));
      } catch (const std::exception&) {  // no memory for it, or none in epoll: it is closed
        service_.metrics().count_turned_away();
      }
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    // No files or memory for it: room is made, and the listener rests until the next check.
    make_room();
    accepting_ = false;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.socket.get(), nullptr);
    return;
  }
}

void Server::take_in(Descriptor socket, std::string client) {
  const bool has_room = connections_.size() - closed_.size() < max_connections_ || make_room();
  auto made = std::make_unique<Connection>();
  Connection& connection = *made;
  connection.id = next_id_++;
  connection.transport = transports_.make(socket.get());
  connection.client = std::move(client);
  connection.socket = std::move(socket);
  connection.began = Clock::now();
  expect_request(connection);
  if (!has_room) {
    turn_away(connection, "there are too many connections");
    closed_.pop_back();  // it was never among them
    return;
  }
  connection.interest = EPOLLIN;
  add_to_epoll(epoll_.get(), connection.socket.get(), connection.id, EPOLLIN);
  connections_.emplace(connection.id, std::move(made));
}

void Server::deliver() {
  std::vector<std::pair<std::uint64_t, PictureReply>> replies;
  {
    const std::lock_guard lock(mailbox_->mutex);
    replies.swap(mailbox_->replies);
  }
  for (auto& [id, reply] : replies) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || found->second->phase != Phase::Answering) continue;
    Connection& connection = *found->second;
    connection.task.reset();
    connection.task_bytes = 0;
    guarded(connection, [&] {
      Reply to_send = std::move(reply.reply);
      send(connection, std::move(to_send), &reply);
      advance(connection);
    });
  }
}

/// There may be no memory for one request while there is for others: the connection is closed then.
void Server::guarded(Connection& connection, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    service_.log().add_event("failure", error.what());
    if (connection.task) connection.task->drop();
    close(connection);
  }
}

void Server::handle(Connection& connection, std::uint32_t events) {
  if (connection.phase == Phase::Answering) {
    if (events & (EPOLLERR | EPOLLHUP)) {  // nobody is there to be answered
      connection.task->drop();
      close(connection);
    } else {
      watch(connection, 0);  // what came is read when its turn has come
    }
    return;
  }
  if (connection.phase != Phase::Writing && !connection.has_ended && !read_from(connection)) return;
  advance(connection);
}

/// Whether it can go on with what came; not where TLS has to write first.
bool Server::read_from(Connection& connection) {
  for (int i = 0; i < kReadsAtOnce; ++i) {
    // Whoever sends many requests at once is read on when they are answered.
    if (connection.phase == Phase::Head && connection.in.size() >= kMaxHeadBytes) return true;
    const Moved moved = connection.transport->read(buffer_);
    if (moved.state == Moved::State::Closed) {
      connection.has_ended = true;
      if (connection.phase == Phase::Lingering) close(connection);
      return true;
    }
    if (moved.state == Moved::State::Wait) {
      watch(connection, moved.for_writing ? EPOLLOUT : EPOLLIN);
      return !moved.for_writing;
    }
    receive(connection, {buffer_.data(), moved.bytes});
    if (connection.phase == Phase::Closed) return true;
    if (moved.bytes < buffer_.size() && !connection.transport->has_buffered()) return true;
  }
  take_up_again(connection);
  return true;
}

void Server::receive(Connection& connection, std::string_view bytes) {
  connection.received += bytes.size();
  if (connection.phase == Phase::Lingering) return;
  if (connection.is_idle()) {
    connection.began = Clock::now();
    connection.deadline = in_time();
    connection.received = bytes.size();
  }
  if (connection.phase == Phase::Body && connection.in.empty())
    bytes.remove_prefix(connection.body->take(bytes));
  connection.in += bytes;
  count_held(connection);
  keep_memory_bounded(connection);
}

/// The client has ended its direction, and what is left is no whole request.
bool Server::end_early(Connection& connection) {
  if (connection.is_idle()) {
    close(connection);
    return false;
  }
  refuse(connection, refusal(400, "usage", "the request ended before it was complete"));
  return true;
}

void Server::advance(Connection& connection) {
  int answers = 0;
  bool goes_on = true;
  while (goes_on) {
    switch (connection.phase) {
      case Phase::Head:
        goes_on = take_head(connection);
        break;
      case Phase::Body:
        goes_on = take_body(connection);
        break;
      case Phase::Writing:
        goes_on = flush(connection);
        if (goes_on && ++answers == kAnswersAtOnce && !connection.in.empty()) {
          take_up_again(connection);
          goes_on = false;
        }
        break;
      case Phase::Answering:
      case Phase::Lingering:
      case Phase::Closed:
        goes_on = false;
    }
  }
  if (connection.phase != Phase::Closed) count_held(connection);
}

bool Server::take_head(Connection& connection) {
  const HeadEnd end = find_head_end(connection.in);
  switch (end.state) {
    case HeadEnd::State::Incomplete:
      if (connection.has_ended) return end_early(connection);
      watch(connection, EPOLLIN);
      if (connection.transport->has_buffered()) take_up_again(connection);
      return false;
    case HeadEnd::State::TooLong:
      refuse(connection,
             connection.in.find("\r\n") == std::string::npos
                 ? refusal(414, "usage", "the address is too long")
                 : refusal(431, "usage",
                           fmt::format("the head of the request is over {} bytes", kMaxHeadBytes)));
      return true;
    case HeadEnd::State::Malformed:
      refuse(connection, refusal(400, "usage", "this is no request of HTTP/1.1"));
      return true;
    case HeadEnd::State::Complete:
      break;
  }
  auto asked = http_.read(std::string_view(connection.in).substr(0, end.size));
  connection.in.erase(0, end.size);
  if (Reply* reply = std::get_if<Reply>(&asked)) {
    refuse(connection, std::move(*reply));
    return true;
  }
  connection.asked = std::get<Asked>(std::move(asked));
  connection.is_last = connection.asked.wants_close;
  if (!guard_.allows(connection.asked)) {
    refuse(connection, guard_.refusal());
    return true;
  }
  if (std::optional<Reply> reply = service_.answer(connection.asked)) {
    connection.is_last |= connection.asked.has_body();  // which is not read
    send(connection, std::move(*reply));
  } else {
    begin_body(connection);
  }
  return true;
}

void Server::begin_body(Connection& connection) {
  connection.body.emplace(connection.asked, service_.options().max_body_bytes);
  connection.phase = Phase::Body;
  connection.deadline = in_time();
  if (connection.asked.expect.empty() || !connection.in.empty()) return;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const Moved moved = connection.transport->write(kContinue);
  if (moved.bytes != kContinue.size()) close(connection);  // a client that takes not even that
}

bool Server::take_body(Connection& connection) {
  if (!connection.in.empty()) connection.in.erase(0, connection.body->take(connection.in));
  if (connection.body->refused()) {
    refuse(connection, *connection.body->refused());
    return true;
  }
  if (connection.body->is_complete()) {
    begin_task(connection);
    return true;
  }
  if (connection.has_ended) return end_early(connection);
  watch(connection, EPOLLIN);
  if (connection.transport->has_buffered()) take_up_again(connection);
  return false;
}

void Server::begin_task(Connection& connection) {
  connection.task_bytes = connection.body->capacity();
  std::string body = connection.body->release();
  connection.body.reset();
  connection.phase = Phase::Answering;
  connection.deadline = in_time();
  connection.task = service_.begin(
      connection.asked, std::move(body),
      [mailbox = mailbox_, id = connection.id](PictureReply reply) { mailbox->put(id, std::move(reply)); });
  if (connection.task) return;
  connection.task_bytes = 0;
  send(connection, busy("the queue of pictures is full"));
}

bool Server::flush(Connection& connection) {
  while (connection.written < connection.out.size()) {
    const Moved moved =
        connection.transport->write(std::string_view(connection.out).substr(connection.written));
    if (moved.state == Moved::State::Closed) {
      close(connection);
      return false;
    }
    if (moved.state == Moved::State::Wait) {
      watch(connection, moved.for_writing ? EPOLLOUT : EPOLLIN);
      return false;
    }
    connection.written += moved.bytes;
  }
  forget(connection.out);
  connection.was_served = true;
  if (!connection.is_last) {
    expect_request(connection);
    return true;
  }
  connection.transport->end_writing();
  if (connection.has_ended) {
    close(connection);
    return false;
  }
  connection.phase = Phase::Lingering;
  connection.deadline = Clock::now() + kLinger;
  forget(connection.in);
  connection.body.reset();
  watch(connection, EPOLLIN);
  return false;
}

void Server::send(Connection& connection, Reply reply, const PictureReply* about) {
  connection.is_last |= draining_ || (connection.has_ended && connection.in.empty());
  const double seconds = std::chrono::duration<double>(Clock::now() - connection.began).count();
  const int status = reply.status;
  add_security_headers(reply);
  connection.out = http_.write(std::move(reply), connection.is_last, connection.asked.method == "HEAD");
  connection.written = 0;
  connection.phase = Phase::Writing;
  connection.deadline = in_time();
  service_.metrics().count_request(Service::route_name(connection.asked), status, seconds);
  service_.log().add({.client = connection.client,
                      .method = connection.asked.method,
                      .path = connection.asked.path,
                      .status = status,
                      .bytes_in = connection.received,
                      .bytes_out = connection.out.size(),
                      .milliseconds = seconds * 1000,
                      .pictures = about ? about->pictures : 0,
                      .model = about ? about->model : ""});
}

void Server::refuse(Connection& connection, Reply reply) {
  connection.is_last = true;
  send(connection, std::move(reply));
}

Server::Clock::time_point Server::in_time() const {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(service_.options().timeout_s));
}

void Server::expect_request(Connection& connection) {
  const auto wait_s = connection.was_served
                          ? service_.options().idle_s
                          : std::min(service_.options().idle_s, service_.options().timeout_s);
  connection.phase = Phase::Head;
  connection.asked = {};
  connection.body.reset();
  if (connection.in.empty()) forget(connection.in);
  connection.began = Clock::now();
  connection.received = connection.in.size();
  connection.deadline =
      connection.began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(wait_s));
  if (draining_ && connection.in.empty())
    connection.deadline = std::min(connection.deadline, connection.began + kDrainGrace);
}

void Server::watch(Connection& connection, std::uint32_t events) {
  if (connection.interest == events || connection.phase == Phase::Closed) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = connection.id;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.socket.get(), &event);
  connection.interest = events;
}

void Server::take_up_again(Connection& connection) {
  if (!std::exchange(connection.is_again, true)) again_.push_back(connection.id);
}

void Server::close(Connection& connection) {
  if (connection.phase == Phase::Closed) return;
  connection.phase = Phase::Closed;
  connection.transport.reset();
  connection.socket.close();  // epoll forgets it
  held_ -= std::exchange(connection.held, 0);
  closed_.push_back(connection.id);
}

void Server::reap(std::uint64_t id) { connections_.erase(id); }

void Server::count_held(Connection& connection) {
  const std::size_t now = connection.holds();
  held_ = held_ - connection.held + now;
  connection.held = now;
}

}  // namespace giemsa
