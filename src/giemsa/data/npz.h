#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/data/npy.h"

namespace giemsa {

/// One array of an archive.
struct NpyArray {
  std::string name;  ///< "FILE: KEY", for errors
  NpyHeader header;
  Bytes data;  ///< header.data_bytes() bytes, C order

  /// Item `index` of an array of integers.
  std::int64_t integer(std::size_t index) const;
  /// Item `index` of an array of text, as UTF-8. Throws Data for what is no Unicode.
  std::string text(std::size_t index) const;
};

/// A NumPy .npz archive (a zip of .npy files, stored or deflated), opened for reading.
class NpzFile {
 public:
  /// Throws Io when absent, Data when it is not a whole zip archive.
  explicit NpzFile(const std::filesystem::path& path);

  /// The names of the arrays, without ".npy".
  const std::vector<std::string>& keys() const { return keys_; }
  bool contains(const std::string& key) const;
  /// Reads one array. Its size must be what its header says; checksums are checked.
  /// Throws Data: no such key, malformed, damaged, or over kMaxNpyDataBytes.
  NpyArray read(const std::string& key) const;

 private:
  std::string name_;
  std::shared_ptr<void> archive_;
  std::vector<std::string> keys_;
};

}  // namespace giemsa
