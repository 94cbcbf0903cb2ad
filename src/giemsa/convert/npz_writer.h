#pragma once
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/data/npy.h"

namespace giemsa {

/// Writes a NumPy .npz archive, deflated. Arrays are asked for piece by piece while commit() runs.
class NpzWriter {
 public:
  /// Fills the span with the next bytes of an array's items; all of them together are data_bytes().
  using Fill = std::function<void(std::span<std::uint8_t>)>;

  /// Throws Io when `path` cannot be written.
  explicit NpzWriter(const std::filesystem::path& path);
  ~NpzWriter();
  NpzWriter(const NpzWriter&) = delete;
  NpzWriter& operator=(const NpzWriter&) = delete;

  void add(const std::string& key, const NpyHeader& header, Fill fill);
  /// [N] or [N, 1] int64, little-endian.
  void add_integers(const std::string& key, const std::vector<std::uint64_t>& shape,
                    const std::vector<int>& values);
  /// [N], as wide as the longest. Throws Data when that is more than is read back (kMaxNpyDataBytes).
  void add_text(const std::string& key, const std::vector<std::string>& utf8);
  /// Writes everything and puts the file into place in one step. Throws Io; errors of Fill pass through.
  void commit();

 private:
  struct Entry;
  static std::int64_t serve(void* entry, void* data, std::uint64_t length, int command);

  std::filesystem::path path_, temporary_;
  void* archive_ = nullptr;
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace giemsa
