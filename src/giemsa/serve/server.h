#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "giemsa/serve/connection.h"
#include "giemsa/serve/host_guard.h"
#include "giemsa/serve/http_head.h"
#include "giemsa/serve/listener.h"
#include "giemsa/serve/service.h"
#include "giemsa/serve/transport.h"

namespace giemsa {

/// Moves the bytes between clients and a Service. One thread (epoll) holds all connections and reads whole
/// requests before any other thread is used, so that slow, silent and many clients cost memory within bounds
/// and nothing else. Connections, bytes in memory and times are bounded (ServeOptions); when they run out,
/// the oldest that has no whole request makes room.
class Server {
 public:
  /// Throws what Transports and epoll do. The service is kept by reference.
  Server(Service& service, Listener listener);
  ~Server();

  /// Serves until drain() was called and all that had been asked is answered.
  void run();
  /// From any thread: no further connections; requests that have begun are answered.
  void drain();

  const Listener& listener() const { return listener_; }

 private:
  using Clock = Connection::Clock;

  /// What epoll tells of; connections have the numbers from kFirstConnectionId on.
  static constexpr std::uint64_t kListenerId = 0, kMailboxId = 1, kFirstConnectionId = 2;
  /// For requests that are on their way when the end comes.
  static constexpr auto kDrainGrace = std::chrono::seconds(1);

  /// Answers on their way from the threads that look at pictures.
  struct Mailbox {
    Mailbox();
    void put(std::uint64_t connection, PictureReply reply);
    void wake() const;

    Descriptor event;
    std::mutex mutex;
    std::vector<std::pair<std::uint64_t, PictureReply>> replies;
  };

  // server.cpp: what happens
  void wait();
  void accept(int at_most);
  void take_in(Descriptor socket, std::string client);
  void deliver();
  void handle(Connection& connection, std::uint32_t events);
  bool read_from(Connection& connection);
  void receive(Connection& connection, std::string_view bytes);
  bool end_early(Connection& connection);
  void advance(Connection& connection);
  bool take_head(Connection& connection);
  bool take_body(Connection& connection);
  void begin_body(Connection& connection);
  void begin_task(Connection& connection);
  bool flush(Connection& connection);
  void send(Connection& connection, Reply reply, const PictureReply* about = nullptr);
  void refuse(Connection& connection, Reply reply);
  Clock::time_point in_time() const;
  void expect_request(Connection& connection);
  void watch(Connection& connection, std::uint32_t events);
  void take_up_again(Connection& connection);
  void close(Connection& connection);
  void guarded(Connection& connection, const std::function<void()>& work);
  void reap(std::uint64_t id);
  void count_held(Connection& connection);

  // server_bounds.cpp: what does not go on forever
  void check_deadlines();
  void run_out_of_time(Connection& connection);
  bool make_room();
  void keep_memory_bounded(Connection& connection);
  void turn_away(Connection& connection, const char* why);
  void begin_to_drain();

  Service& service_;
  Listener listener_;
  HostGuard guard_;
  Transports transports_;
  HttpHead http_;
  std::size_t max_connections_;
  Descriptor epoll_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint64_t> again_;   ///< to be gone on with, whatever epoll tells
  std::vector<std::uint64_t> closed_;  ///< to be taken out of connections_
  std::vector<char> buffer_;
  std::uint64_t next_id_;
  std::size_t held_ = 0;
  Clock::time_point next_check_ = {};
  bool accepting_ = true;
  std::atomic<bool> drain_asked_ = false;
  bool draining_ = false;
};

}  // namespace giemsa
