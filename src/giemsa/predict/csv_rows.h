#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/core/descriptor.h"

namespace giemsa {

/// Reads the rows of a CSV file one by one in little memory, also of one that ends in the middle of a row.
class CsvRows {
 public:
  /// Throws Io.
  explicit CsvRows(const std::filesystem::path& path);

  /// The next row with the '\n' that ends it, valid until the next call; empty at the end, and where the rest
  /// is no whole row. Throws Io; Data for a row of more than a megabyte.
  std::string_view next();
  /// Where the rows that were read end in the file.
  std::uint64_t offset() const { return offset_; }

 private:
  std::filesystem::path path_;
  InputDescriptor file_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of the next row in buffer_
  std::uint64_t offset_ = 0;
};

/// The fields of one row. Throws Data, naming `name`, for quotes that do not match.
std::vector<std::string> csv_fields(std::string_view row, const std::string& name);

}  // namespace giemsa
