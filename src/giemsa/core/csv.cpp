#include "giemsa/core/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// Walks over CSV text row by row and counts its lines.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets write it
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  /// Reads the next row that is no empty line into `fields`; false at the end.
  bool next(std::vector<std::string>& fields) {
    while (at_ < text_.size() && is_line_end(text_[at_])) end_line();
    if (at_ == text_.size()) return false;
    fields.clear();
    row_line_ = line_;
    for (;;) {
      fields.push_back(text_[at_] == '"' ? quoted() : plain());
      if (at_ == text_.size()) return true;
      if (text_[at_] != ',') {
        end_line();
        return true;
      }
      ++at_;
      if (at_ == text_.size()) {  // a comma ends the file: one more, empty field
        fields.emplace_back();
        return true;
      }
    }
  }

  /// The line on which the last row began, from 1.
  std::size_t row_line() const { return row_line_; }

  [[noreturn]] void fail(std::size_t line, const std::string& what) const {
    throw Error(
        ErrorKind::Data, fmt::format("[csv] {}, line {}: {}", name_, line, what),
        "quote fields that hold commas, quotes or newlines, and double the quotes in them (RFC 4180)");
  }

 private:
  static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

  void end_line() {
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
  }

  std::string plain() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && !is_line_end(text_[at_])) {
      if (text_[at_] == '"') fail(line_, "a quote inside a field that does not begin with one");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    const std::size_t first_line = line_;
    std::string field;
    for (;;) {
      const std::size_t begin = ++at_;
      at_ = text_.find('"', begin);
      if (at_ == std::string_view::npos) fail(first_line, "a quote that is never closed");
      const std::string_view part = text_.substr(begin, at_ - begin);
      field += part;
      line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
      ++at_;
      if (at_ == text_.size() || text_[at_] == ',' || is_line_end(text_[at_])) return field;
      if (text_[at_] != '"') fail(line_, "text after the closing quote of a field");
      field += '"';
    }
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0, line_ = 1, row_line_ = 1;
};

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return parse(read_text(path, max_bytes), path.string());
}

CsvTable CsvTable::parse(std::string_view text, const std::string& name) {
  CsvTable table;
  table.name_ = name;
  CsvReader reader(text, name);
  require(reader.next(table.header_), ErrorKind::Data, fmt::format("[csv] {} is empty", name),
          "its first line must name the columns");
  std::vector<std::string> fields;
  while (reader.next(fields)) {
    if (fields.size() != table.header_.size()) {
      reader.fail(reader.row_line(),
                  fmt::format("{} fields; the header has {}", fields.size(), table.header_.size()));
    }
    table.rows_.push_back(std::move(fields));
  }
  return table;
}

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = find_column(name);
  require(found.has_value(), ErrorKind::Data,
          fmt::format("[csv] {} has no column '{}'; it has: {}", name_, name, join(header_, ", ")),
          suggest(name, header_));
  require(std::count(header_.begin(), header_.end(), name) == 1, ErrorKind::Data,
          fmt::format("[csv] {} has more than one column '{}'", name_, name), "rename or remove all but one");
  return *found;
}

void append_csv_row(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    const std::string& field = fields[i];
    // A lone empty field would read back as an empty line, which is no row.
    const bool quote =
        field.find_first_of(",\"\r\n") != std::string::npos || (field.empty() && fields.size() == 1);
    if (!quote) {
      out += field;
      continue;
    }
    out += '"';
    for (const char c : field) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += '\n';
}

std::string shortest(float value) { return fmt::format("{}", value); }
std::string shortest(double value) { return fmt::format("{}", value); }

}  // namespace giemsa
