#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "giemsa/convert/convert.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/data/broken_picture.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// Paths as seen from one folder. Folders are looked up once each, with links and ".." resolved by the
/// system, since ".." behind a link is not what the path's text says; links to files stay.
class RelativePaths {
 public:
  explicit RelativePaths(const fs::path& csv) : from_(folder_of(csv)) {}

  std::string to(const fs::path& file) {
    const auto [known, fresh] = folders_.try_emplace(file.parent_path().string());
    if (fresh) known->second = folder_of(file).lexically_relative(from_);
    return (known->second / file.filename()).lexically_normal().string();
  }

 private:
  static fs::path folder_of(const fs::path& file) {
    return fs::weakly_canonical(fs::absolute(file).parent_path());
  }

  fs::path from_;
  std::unordered_map<std::string, fs::path> folders_;
};

/// Which columns the manifest needs besides path and label.
struct Columns {
  bool id = false, split = false, subject = false;
};

}  // namespace

Converted write_manifest(const Source& source, const fs::path& csv) {
  require(source.has_files(), ErrorKind::Usage,
          "[convert] the pictures lie in arrays; a manifest lists files, and there are none",
          "--to folders makes some");
  const auto records = source.records();
  RelativePaths relative(csv);
  std::vector<std::string> paths;
  Columns columns;
  Converted converted;
  for (const Record& record : records) {
    paths.push_back(relative.to(record.path));
    if (record.label < 0) {
      converted.findings.push_back(unlabelled_finding(record));
      continue;
    }
    columns.split |= record.official != Part::None;
    columns.subject |= !record.subject.empty();
    columns.id |= record.id != paths.back();
  }

  std::string text;
  const auto add_row = [&](std::vector<std::string> row, const std::string& id, const std::string& split,
                           const std::string& subject) {
    if (columns.id) row.push_back(id);
    if (columns.split) row.push_back(split);
    if (columns.subject) row.push_back(subject);
    append_csv_row(text, row);
  };
  add_row({"path", "label"}, "id", "split", "subject");
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    if (record.label < 0) continue;
    add_row({paths[i], source.class_name(record.label)}, record.id, part_name(record.official),
            record.subject);
  }
  write_atomic(csv, text);
  converted.pictures = records.size() - converted.findings.size();
  return converted;
}

}  // namespace giemsa
