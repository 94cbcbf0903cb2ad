#include "giemsa/predict/csv_rows.h"

#include <fmt/format.h>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"

namespace giemsa {

CsvRows::CsvRows(const std::filesystem::path& path) : path_(path), file_(path) {}

std::string_view CsvRows::next() {
  constexpr std::size_t kMostRowBytes = 1 << 20, kPiece = 64 << 10;
  bool quoted = false;
  for (std::size_t at = begin_;; ++at) {
    if (at == buffer_.size()) {
      require(
          at - begin_ <= kMostRowBytes, ErrorKind::Data,
          fmt::format("[csv] {}: a row of more than {} bytes at {}", path_.string(), kMostRowBytes, offset_));
      buffer_.erase(0, begin_);
      at -= begin_;
      begin_ = 0;
      buffer_.resize(at + kPiece);
      buffer_.resize(at + file_.read({reinterpret_cast<std::uint8_t*>(buffer_.data()) + at, kPiece}));
      if (at == buffer_.size()) return {};
    }
    if (buffer_[at] == '"') quoted = !quoted;  // a doubled quote is two of them
    if (buffer_[at] != '\n' || quoted) continue;
    const std::string_view row = std::string_view(buffer_).substr(begin_, at + 1 - begin_);
    begin_ = at + 1;
    offset_ += row.size();
    return row;
  }
}

std::vector<std::string> csv_fields(std::string_view row, const std::string& name) {
  return CsvTable::parse(row, name).header();
}

}  // namespace giemsa
