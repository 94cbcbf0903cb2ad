#include "giemsa/inspect/tables.h"

#include <fmt/format.h>

#include "giemsa/core/csv.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

std::string class_name(const Inspection& inspection, int label) {
  return label < 0 ? "" : inspection.classes[static_cast<std::size_t>(label)];
}

std::string hex(const ContentHash& hash) { return fmt::format("{:016x}{:016x}", hash.high, hash.low); }

/// What the pixels say; one field for each column.
void append_seen(std::vector<std::string>& row, const PictureFacts& facts) {
  const PictureStatistics& s = facts.statistics;
  for (const std::string& field :
       {std::to_string(facts.width), std::to_string(facts.height),
        std::string(facts.format == ImageFormat::Unknown ? "array" : format_name(facts.format)),
        std::to_string(facts.stored_bytes), hex(facts.stored), hex(facts.pixels), shortest(s.mean_rgb[0]),
        shortest(s.mean_rgb[1]), shortest(s.mean_rgb[2]), shortest(s.luma_mean), shortest(s.luma_std),
        shortest(s.sharpness), shortest(s.entropy_bits)})
    row.push_back(field);
}

}  // namespace

void write_pictures_table(const std::filesystem::path& csv, const Inspection& inspection,
                          std::span<const Record> records) {
  const std::vector<std::string> header{"record",
                                        "label",
                                        "width",
                                        "height",
                                        "format",
                                        "bytes",
                                        "stored_hash",
                                        "pixel_hash",
                                        "mean_red",
                                        "mean_green",
                                        "mean_blue",
                                        "luma",
                                        "luma_std",
                                        "sharpness",
                                        "entropy_bits",
                                        "distance_own",
                                        "distance_nearest",
                                        "distance_relative",
                                        "nearest_class",
                                        "non_cell_score",
                                        "label_error_score",
                                        "suggested_label"};
  std::string text;
  append_csv_row(text, header);
  std::size_t row = 0;  // in `distinct`
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::vector<std::string> fields{records[i].id, class_name(inspection, inspection.labels[i])};
    if (!inspection.pictures[i].broken) append_seen(fields, inspection.pictures[i]);
    if (row < inspection.distinct.size() && inspection.distinct[row] == i) {
      const OutlierScore& outlier = inspection.outliers.records[row];
      const LabelDoubt& doubt = inspection.label_doubts[row];
      for (const float value : {outlier.own, outlier.nearest, outlier.relative})
        fields.push_back(shortest(value));
      fields.push_back(class_name(inspection, outlier.nearest_class));
      fields.push_back(shortest(inspection.non_cells[row].score));
      fields.push_back(shortest(doubt.score));
      fields.push_back(class_name(inspection, doubt.suggested));
      ++row;
    }
    fields.resize(header.size());
    append_csv_row(text, fields);
  }
  write_atomic(csv, text);
}

void write_duplicates_table(const std::filesystem::path& csv, std::span<const DuplicateGroup> groups,
                            const Inspection& inspection, std::span<const Record> records) {
  std::string text;
  append_csv_row(text, {"record", "label", "group", "likeness", "similarity", "like", "conflicting"});
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const Duplicate& member : groups[g].members) {
      const bool first = member.like == member.record;
      append_csv_row(text,
                     {records[member.record].id, class_name(inspection, inspection.labels[member.record]),
                      std::to_string(g + 1), first ? "" : std::string(likeness_name(member.likeness)),
                      first ? "" : shortest(member.similarity), first ? "" : records[member.like].id,
                      groups[g].conflicting ? "yes" : ""});
    }
  }
  write_atomic(csv, text);
}

}  // namespace giemsa
