#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "giemsa/serve/asked.h"
#include "giemsa/serve/body_reader.h"
#include "giemsa/serve/listener.h"
#include "giemsa/serve/transport.h"
#include "giemsa/serve/work_queue.h"

namespace giemsa {

/// What a connection is at.
enum class Phase {
  Head,       ///< waits for a request, or has a part of its head
  Body,       ///< has the head, waits for the rest of the body
  Answering,  ///< pictures are looked at; nothing is read meanwhile
  Writing,    ///< the answer goes out
  Lingering,  ///< it was the last answer; what still comes is thrown away, so that the answer is not
  Closed,
};

/// One connection of server.h.
struct Connection {
  using Clock = std::chrono::steady_clock;

  std::uint64_t id = 0;
  Descriptor socket;
  std::unique_ptr<Transport> transport;
  std::string client;  ///< its address

  Phase phase = Phase::Head;
  std::string in;           ///< bytes that have arrived and are not used yet
  std::string out;          ///< of the answer
  std::size_t written = 0;  ///< of `out`
  Asked asked = {};
  std::optional<BodyReader> body = {};
  std::shared_ptr<PictureTask> task = {};

  bool was_served = false;          ///< it has had an answer
  bool has_ended = false;           ///< the client sends nothing more
  bool is_again = false;            ///< it is gone on with in the next turn
  bool is_last = false;             ///< the answer is the connection's last
  std::uint32_t interest = 0;       ///< what epoll tells of it
  Clock::time_point began = {};     ///< when the connection, or the request's first byte, came
  Clock::time_point deadline = {};  ///< of the phase
  std::size_t task_bytes = 0;       ///< that the task holds
  std::size_t held = 0;             ///< bytes, as last counted
  std::uint64_t received = 0;       ///< bytes of the request

  bool is_idle() const { return phase == Phase::Head && in.empty(); }
  /// Bytes of memory, of which strings keep more than they need.
  std::size_t holds() const {
    return allocated(in) + allocated(out) + task_bytes + (body ? body->capacity() : 0);
  }

 private:
  static std::size_t allocated(const std::string& text) {
    const std::size_t in_place = std::string().capacity();
    return text.capacity() > in_place ? text.capacity() : 0;
  }
};

}  // namespace giemsa
