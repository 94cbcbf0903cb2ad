#include "giemsa/predict/read_back.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/predict/csv_rows.h"

namespace giemsa {
namespace {

constexpr const char* kHint =
    "give the same pictures and options as before, or remove the file to begin anew";

}  // namespace

LeftOff read_back(const std::filesystem::path& file, const std::string& head, const PictureList& pictures,
                  const std::function<void(const std::vector<std::string>&)>& row,
                  const std::function<void(Finding)>& unreadable) {
  CsvRows rows(file);
  LeftOff left;
  const std::string_view header = rows.next();
  if (header.empty()) return left;
  require(header == head, ErrorKind::Usage,
          fmt::format("[resume] {} has the columns {}; they would be {}", file.string(),
                      printable(header.substr(0, header.size() - 1), 300),
                      printable(head.substr(0, head.size() - 1), 300)),
          kHint);
  left.bytes = rows.offset();
  for (std::string_view text = rows.next(); !text.empty(); text = rows.next()) {
    const std::vector<std::string> fields = csv_fields(text, file.string());
    const auto fail = [&](const std::string& what) {
      throw Error(
          ErrorKind::Usage,
          fmt::format("[resume] {}: the row of '{}' {}", file.string(), printable(fields.at(0)), what),
          kHint);
    };
    for (;; ++left.pictures) {
      if (left.pictures == pictures.count) fail("is of none of the pictures that are left");
      const std::string name = pictures.name(left.pictures);
      if (name == fields.at(0)) break;
      try {
        pictures.load(left.pictures);
      } catch (const Error& error) {
        unreadable(picture_finding(error, name));
        continue;
      }
      fail(fmt::format("stands where that of '{}' is due", printable(name)));
    }
    left.last = left.pictures++;
    left.last_row = text;
    left.bytes = rows.offset();
    row(fields);
  }
  return left;
}

}  // namespace giemsa
