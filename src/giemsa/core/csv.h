#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// A CSV table with a header row (RFC 4180: quotes, doubled quotes, commas and newlines inside quotes).
class CsvTable {
 public:
  /// Throws Io when absent; Data on unbalanced quotes, a row of another width, or a file over `max_bytes`.
  static CsvTable read(const std::filesystem::path& path, std::uint64_t max_bytes = 1ull << 30);
  static CsvTable parse(std::string_view text, const std::string& name);

  const std::vector<std::string>& header() const { return header_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }
  std::optional<std::size_t> find_column(std::string_view name) const;
  /// As find_column; throws Data, naming the file, its columns and the nearest one, when absent.
  std::size_t column(std::string_view name) const;

 private:
  std::string name_;
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// Appends one row to `out`, quoting where needed, ended by '\n'.
void append_csv_row(std::string& out, const std::vector<std::string>& fields);

/// The fewest decimal digits that read back to the same number: "0.1", "1e-05", "100000", "nan".
std::string shortest(float value);
std::string shortest(double value);

}  // namespace giemsa
