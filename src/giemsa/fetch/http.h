#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace giemsa {

struct HttpRequest {
  std::string url;
  std::uint64_t from = 0;            ///< the first byte that is wanted; the server may send all the same
  bool plain_http = false;           ///< http:// is allowed too; otherwise https:// alone, redirects included
  std::chrono::seconds connect{30};  ///< at most this long until connected
  std::chrono::seconds stall{60};    ///< at most this long at less than 1 kB/s
};

/// Takes the content. What these functions throw ends the transfer and comes out of http_get().
struct HttpReceiver {
  /// Once, before the content: which byte it begins with, 0 or the one asked for, and the size of the whole,
  /// 0 when the server does not tell.
  std::function<void(std::uint64_t from, std::uint64_t total)> begin;
  std::function<void(std::span<const std::uint8_t> bytes)> write;
};

/// Gets a URL by libcurl: at most five redirects, proxies from the environment (https_proxy, no_proxy).
/// Returns the status of the answer; its content is handed over for the statuses 200 and 206 only. Throws Io,
/// with what to do, when there is no complete answer: no such host, no connection, cut off, stalled, a
/// certificate that is not right.
long http_get(const HttpRequest& request, const HttpReceiver& receiver);

}  // namespace giemsa
