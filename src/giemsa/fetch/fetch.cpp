#include "giemsa/fetch/fetch.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/hash.h"
#include "giemsa/core/text.h"
#include "giemsa/fetch/http.h"
#include "giemsa/fetch/part_file.h"

namespace fs = std::filesystem;

namespace giemsa {

namespace {

constexpr long kWhole = 200, kPart = 206, kNotFound = 404, kGone = 410, kNothingBeyond = 416;

bool is_absent(long status) { return status == kNotFound || status == kGone; }

/// One file on its way into its part.
class Download {
 public:
  Download(const PublishedWeights& entry, const FetchOptions& options, PartFile& part)
      : entry_(entry), options_(options), part_(part) {}

  /// Completes the part, from the first address that has the file. Returns that address.
  std::string run() {
    long status = 0;
    for (const std::string_view file : entry_.files) {
      if (file.empty()) continue;
      url_ = address(file);
      status = complete();
      if (status == kWhole || status == kPart) return url_;
      if (!is_absent(status)) break;
    }
    refuse(status);
  }

 private:
  std::string address(std::string_view file) const {
    if (options_.mirror.empty()) return fmt::format("{}{}", entry_.folder, file);
    return fmt::format("{}{}{}", options_.mirror, options_.mirror.ends_with('/') ? "" : "/", file);
  }

  /// The rest of the file, or all of it when the server knows no parts or ours is longer than the file.
  long complete() {
    const long status = get();
    if (status != kNothingBeyond || part_.size() == 0) return status;
    if (accepts_hash(entry_, sha256_of_file(part_.path()))) return kWhole;
    part_.clear();
    return get();
  }

  long get() {
    const HttpRequest request{.url = url_,
                              .from = part_.size(),
                              .plain_http = options_.mirror.starts_with("http:"),
                              .connect = options_.connect,
                              .stall = options_.stall};
    return http_get(request,
                    {.begin = [this](std::uint64_t from, std::uint64_t total) { begin(from, total); },
                     .write = [this](std::span<const std::uint8_t> bytes) { write(bytes); }});
  }

  void begin(std::uint64_t from, std::uint64_t total) {
    total_ = total > 0 ? total : entry_.bytes;
    if (from == 0) part_.clear();
    check_size(total_);
    tell();
  }

  void write(std::span<const std::uint8_t> bytes) {
    check_size(part_.size() + bytes.size());
    part_.append(bytes);
    tell();
  }

  void tell() const {
    if (options_.progress) options_.progress(part_.size(), total_);
  }

  void check_size(std::uint64_t bytes) {
    const std::uint64_t most = entry_.bytes > 0 ? entry_.bytes : options_.max_bytes;
    if (bytes <= most) return;
    part_.clear();
    throw Error(ErrorKind::Io,
                fmt::format("[fetch] {} is too large: it has {} bytes or more; {} are expected at most", url_,
                            with_thousands(static_cast<long long>(bytes)),
                            with_thousands(static_cast<long long>(most))),
                "that address has another file than the published one");
  }

  [[noreturn]] void refuse(long status) const {
    const bool absent = is_absent(status);
    const char* hint = absent && options_.mirror.empty()
                           ? "it may have moved: name a mirror with --from, or give its own path in place of "
                             "the name"
                       : absent
                           ? "check --from: the file's name is put behind it"
                           : "that is the server's answer, not the network's; try again later, or another "
                             "mirror with --from";
    throw Error(
        ErrorKind::Io,
        fmt::format("[fetch] {}: the server answers {}{}", url_, status, absent ? " (not found)" : ""), hint);
  }

  const PublishedWeights& entry_;
  const FetchOptions& options_;
  PartFile& part_;
  std::string url_;
  std::uint64_t total_ = 0;
};

std::string expected_hash(const PublishedWeights& entry) {
  std::string text =
      fmt::format("{}{}", entry.sha256[0].size() < 64 ? "one that begins with " : "", entry.sha256[0]);
  if (!entry.sha256[1].empty()) text += fmt::format(" or {}", entry.sha256[1]);
  return text;
}

}  // namespace

Fetched fetch_weights(const PublishedWeights& entry, const FetchOptions& options) {
  require(options.mirror.empty() || options.mirror.starts_with("https://") ||
              options.mirror.starts_with("http://"),
          ErrorKind::Usage, fmt::format("[fetch] '{}' is no address of a mirror", options.mirror),
          "it begins with https:// or http://, e.g. https://mirror.example/weights");
  const fs::path path = options.folder / entry.file();
  std::error_code error;
  const bool is_there = fs::exists(path, error);
  require(!error, ErrorKind::Io,
          fmt::format("[fetch] {} cannot be looked at: {}", path.string(), error.message()),
          "check the permissions of that folder, or name another with --out");
  if (is_there) {
    std::string hash = sha256_of_file(path);
    if (accepts_hash(entry, hash)) return {path, std::move(hash), true};
  }
  prepare_output_folder(options.folder);
  PartFile part(path.string() + ".part");
  const std::string url = Download(entry, options, part).run();
  std::string hash = sha256_of_file(part.path());
  if (!accepts_hash(entry, hash)) {
    part.clear();
    throw Error(ErrorKind::Data,
                fmt::format("[fetch] {} is not the published file: its SHA-256 is {}; expected is {}", url,
                            hash, expected_hash(entry)),
                "it was removed; run the command again, and if that does not help, look what sends another "
                "file: a mirror, or the login page of a proxy");
  }
  part.move_to(path);
  return {path, std::move(hash), false};
}

}  // namespace giemsa
