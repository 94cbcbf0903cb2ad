#include "giemsa/run/epoch_record.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {

namespace {

/// Calls visit(key, field) for every field, in the order of the file; serves writing and reading.
template <class Record, class Visit>
void for_each_field(Record& record, Visit visit) {
  visit("epoch", record.epoch);
  visit("stage", record.stage);
  visit("lr", record.lr);
  visit("train_loss", record.train_loss);
  visit("train_accuracy", record.train_accuracy);
  visit("val_loss", record.val_loss);
  visit("val_accuracy", record.val_accuracy);
  visit("images_per_second", record.images_per_second);
  visit("seconds", record.seconds);
  visit("best", record.best);
}

/// JSON has no NaN; it is written as null.
void read_field(const nlohmann::json& value, double& field) {
  field = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}
template <class Field>
void read_field(const nlohmann::json& value, Field& field) {
  value.get_to(field);
}

}  // namespace

void write_metrics(const std::filesystem::path& jsonl, const std::vector<EpochRecord>& records) {
  std::string text;
  for (const EpochRecord& record : records) {
    nlohmann::ordered_json line;
    for_each_field(record, [&](const char* key, const auto& field) { line[key] = field; });
    text += line.dump() + "\n";
  }
  write_atomic(jsonl, text);
}

std::vector<EpochRecord> read_metrics(const std::filesystem::path& jsonl) {
  std::vector<EpochRecord> records;
  std::istringstream lines(read_text(jsonl));
  for (std::string text; std::getline(lines, text);) {
    EpochRecord& record = records.emplace_back();
    try {
      const auto line = nlohmann::json::parse(text);
      for_each_field(record, [&](const char* key, auto& field) { read_field(line.at(key), field); });
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorKind::Data,
                  fmt::format("[metrics] {} line {}: {}", jsonl.string(), records.size(), error.what()));
    }
  }
  return records;
}

}  // namespace giemsa
