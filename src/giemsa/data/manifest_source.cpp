#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/data/source_adapters.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

class ManifestSource final : public Source {
 public:
  explicit ManifestSource(const std::filesystem::path& csv) {
    const CsvTable table = CsvTable::read(csv);
    const std::size_t path_column = table.column("path"), label_column = table.column("label");
    const auto part_column = table.find_column("split"), id_column = table.find_column("id"),
               subject_column = table.find_column("subject");
    require(!table.rows().empty(), ErrorKind::Data,
            fmt::format("[data] {}: no pictures are listed", csv.string()));

    std::vector<std::string> labels;
    std::unordered_set<std::string_view> ids;
    records_.reserve(table.rows().size());
    for (std::size_t i = 0; i < table.rows().size(); ++i) {
      const auto& row = table.rows()[i];
      const std::string where = fmt::format("{}, record {}", csv.string(), i + 1);
      require(!row[path_column].empty(), ErrorKind::Data, fmt::format("[data] {}: the path is empty", where));
      require(row[path_column].find('\0') == std::string::npos, ErrorKind::Data,
              fmt::format("[data] {}: the path holds a NUL", where));
      require(!row[label_column].empty(), ErrorKind::Data,
              fmt::format("[data] {}: '{}' has no label", where, row[path_column]));
      const std::string& id = row[id_column.value_or(path_column)];
      require(!id.empty(), ErrorKind::Data, fmt::format("[data] {}: the id is empty", where));
      // A path that is already absolute stays as it is.
      records_.push_back({.id = id,
                          .path = (csv.parent_path() / row[path_column]).string(),
                          .label = -1,
                          .official = part_column ? parse_part(row[*part_column], where) : Part::None,
                          .subject = subject_column ? row[*subject_column] : ""});
      require(ids.insert(row[id_column.value_or(path_column)]).second, ErrorKind::Data,
              fmt::format("[data] {}: '{}' is listed twice", where, id));
      labels.push_back(row[label_column]);
    }
    name_classes(labels);
  }

  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  Bytes read(std::size_t index) const override { return read_image_file(records_.at(index).path); }
  Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const override {
    return decode_image(bytes, records_.at(index).path);
  }

 private:
  /// Classes are the distinct labels, sorted by name as folders are.
  void name_classes(const std::vector<std::string>& labels) {
    classes_ = labels;
    std::ranges::sort(classes_);
    classes_.erase(std::unique(classes_.begin(), classes_.end()), classes_.end());
    std::unordered_map<std::string_view, int> index;
    for (std::size_t k = 0; k < classes_.size(); ++k) index[classes_[k]] = static_cast<int>(k);
    for (std::size_t i = 0; i < labels.size(); ++i) records_[i].label = index.at(labels[i]);
  }

  std::vector<std::string> classes_;
  std::vector<Record> records_;
};

}  // namespace

std::unique_ptr<Source> open_manifest_source(const std::filesystem::path& csv) {
  return std::make_unique<ManifestSource>(csv);
}

}  // namespace giemsa
