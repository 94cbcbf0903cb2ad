#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "giemsa/core/progress.h"
#include "giemsa/weights/catalogue.h"

namespace giemsa {

struct FetchOptions {
  std::filesystem::path folder;  ///< where the file goes; made when it is not there
  /// "https://mirror.example/weights": takes the place of the official address up to the file's name; may be
  /// http://. Empty: the official address.
  std::string mirror;
  std::uint64_t max_bytes = std::uint64_t{2} << 30;  ///< of files whose size is not in the catalogue
  std::chrono::seconds connect{30}, stall{60};       ///< see HttpRequest
  ProgressCallback progress = {};                    ///< in bytes
};

struct Fetched {
  std::filesystem::path path;
  std::string sha256;
  bool was_there;  ///< no request was made
};

/// Brings published weights into a folder. What arrives is kept in FILE.part, from which the next call goes
/// on (RFC 9110, range requests), and becomes FILE only when its SHA-256 is right; a right FILE that is there
/// already is left as it is, a wrong one is replaced. Throws Usage for a mirror that is no http address, Io
/// for anything between here and the server or the disk, Data when the content is not the published one (the
/// part is removed then).
Fetched fetch_weights(const PublishedWeights& entry, const FetchOptions& options);

}  // namespace giemsa
