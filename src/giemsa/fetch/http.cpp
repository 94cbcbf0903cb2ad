#include "giemsa/fetch/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <memory>
#include <string_view>

#include "giemsa/core/error.h"
#include "giemsa/core/version.h"

namespace giemsa {

namespace {

constexpr long kMaxRedirects = 5, kStallBytesPerS = 1000;
constexpr long kWhole = 200, kPart = 206;

CURL* new_handle() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* handle = started == CURLE_OK ? curl_easy_init() : nullptr;
  require(handle, ErrorKind::Internal, "[fetch] libcurl does not start");
  return handle;
}

/// One transfer; libcurl's callbacks come here.
class Transfer {
 public:
  Transfer(const HttpRequest& request, const HttpReceiver& receiver)
      : request_(request), receiver_(receiver), curl_(new_handle(), curl_easy_cleanup) {}

  long run() {
    prepare();
    const CURLcode result = curl_easy_perform(curl_.get());
    if (thrown_) std::rethrow_exception(thrown_);
    if (result != CURLE_OK) fail(result);
    if (gives_content() && !begun_) begin();  // content of no bytes
    return status();
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode result = curl_easy_setopt(curl_.get(), option, value);
    require(result == CURLE_OK, ErrorKind::Internal,
            fmt::format("[fetch] libcurl does not take option {}: {}", static_cast<int>(option),
                        curl_easy_strerror(result)));
  }

  void prepare() {
    const char* protocols = request_.plain_http ? "http,https" : "https";
    const std::string agent = fmt::format("giemsa/{}", version());
    set(CURLOPT_URL, request_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMaxRedirects);
    set(CURLOPT_USERAGENT, agent.c_str());
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(request_.connect.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerS);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall.count()));
    set(CURLOPT_ERRORBUFFER, reason_);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
    set(CURLOPT_WRITEDATA, this);
    // Not CURLOPT_RESUME_FROM: it fails when the server sends the whole file, which is as good.
    if (request_.from > 0) set(CURLOPT_RANGE, fmt::format("{}-", request_.from).c_str());
  }

  long status() const {
    long code = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }
  bool gives_content() const { return status() == kWhole || status() == kPart; }

  void begin() {
    begun_ = true;
    if (status() == kPart) {
      begin_part();
    } else {
      curl_off_t size = -1;
      curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
      receiver_.begin(0, size > 0 ? static_cast<std::uint64_t>(size) : 0);
    }
  }

  /// "Content-Range: bytes 100-299/300"; the size may be "*".
  void begin_part() {
    curl_header* header = nullptr;
    curl_easy_header(curl_.get(), "Content-Range", 0, CURLH_HEADER, -1, &header);
    const std::string_view range = header ? header->value : "";
    const std::string asked = fmt::format("bytes {}-", request_.from);
    require(range.starts_with(asked), ErrorKind::Io,
            fmt::format("[fetch] {} sends another part than was asked for: '{}' instead of '{}'",
                        request_.url, range, asked),
            "remove the .part file, and run the command again");
    const std::string_view size = range.substr(range.rfind('/') + 1);
    std::uint64_t total = 0;
    std::from_chars(size.data(), size.data() + size.size(), total);
    receiver_.begin(request_.from, total);
  }

  static std::size_t on_bytes(char* data, std::size_t, std::size_t size, void* self) {
    return static_cast<Transfer*>(self)->take({reinterpret_cast<const std::uint8_t*>(data), size});
  }

  /// An exception must not pass through libcurl, which is C.
  std::size_t take(std::span<const std::uint8_t> bytes) {
    try {
      if (!gives_content()) return bytes.size();
      if (!begun_) begin();
      receiver_.write(bytes);
      return bytes.size();
    } catch (...) {
      thrown_ = std::current_exception();
      return bytes.empty() ? 1 : 0;  // another number than it gave: libcurl stops
    }
  }

  [[noreturn]] void fail(CURLcode result) const {
    const std::string reason = *reason_ ? reason_ : curl_easy_strerror(result);
    throw Error(ErrorKind::Io, fmt::format("[fetch] {}: {}", request_.url, reason), hint(result));
  }

  static const char* hint(CURLcode result) {
    switch (result) {
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_CONNECT:
        return "check the network; behind a proxy set https_proxy; in a closed network name a mirror with "
               "--from";
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
        return "install the package ca-certificates; behind a proxy that inspects traffic, add its "
               "certificate there";
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_TOO_MANY_REDIRECTS:
        return "redirects must stay with https (http only from an http mirror) and end after five; check "
               "--from";
      default:
        return "run the command again: it goes on where it stopped";
    }
  }

  const HttpRequest& request_;
  const HttpReceiver& receiver_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  bool begun_ = false;
  std::exception_ptr thrown_;
  char reason_[CURL_ERROR_SIZE] = {};
};

}  // namespace

long http_get(const HttpRequest& request, const HttpReceiver& receiver) {
  return Transfer(request, receiver).run();
}

}  // namespace giemsa
