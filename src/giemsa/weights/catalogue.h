#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace giemsa {

/// One file of published weights that giemsa knows by name, with what its content can be checked by.
struct PublishedWeights {
  std::string_view name;     ///< what people type: "resnet50_v2"
  std::string_view network;  ///< the network of `giemsa models` that it was trained as
  std::string_view folder;   ///< its official address without the file name; ends in "/"
  /// The file's names at the official address, in the order to try; the first one is its name in the cache.
  /// Only renamed files have a second one; "" otherwise.
  std::array<std::string_view, 2> files;
  /// What the file's SHA-256 begins with, in lower-case hexadecimal digits: all 64 of them, or as many as its
  /// publisher tells. Any one will do: an old name may give the new file.
  std::array<std::string_view, 2> sha256;
  std::uint64_t bytes;  ///< its size; 0 when its publisher does not tell

  std::string_view file() const { return files[0]; }
};

/// Everything that `giemsa weights fetch` knows, in the order of the list that people see.
std::span<const PublishedWeights> published_weights();

/// Throws Usage, naming the nearest candidate, for an unknown name.
const PublishedWeights& find_published_weights(std::string_view name);

/// Whether `sha256` (64 hexadecimal digits) is one that the entry accepts.
bool accepts_hash(const PublishedWeights& entry, std::string_view sha256);

/// Where fetched files go: $GIEMSA_CACHE, else $XDG_CACHE_HOME/giemsa/weights, else ~/.cache/giemsa/weights.
/// Throws Usage when none of the three is known.
std::filesystem::path weights_cache();

/// The fetched file of that name; nothing when the name is not in the catalogue or its file not in the cache.
/// Its content was checked when it was fetched, and is not checked again here.
std::optional<std::filesystem::path> cached_weights(std::string_view name);

/// The file that somebody means who types `value`: the file of that path (a folder is none), or else the
/// fetched one of that name. Throws Io for a name of the catalogue that has not been fetched, and, naming the
/// nearest candidate, for what is no path ('/' and '.' are missing) and no name either; any other value comes
/// back as it is.
std::filesystem::path weights_path(const std::string& value);

}  // namespace giemsa
