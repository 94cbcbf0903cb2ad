#include "giemsa/formats/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {

namespace {

constexpr std::size_t kMaxTensors = 100'000, kMaxMetadata = 10'000, kMaxDimensions = 8;
constexpr std::string_view kMetadata = "__metadata__";

/// Takes the parser's events: {"NAME": {"dtype": TEXT, "shape": [N, …], "data_offsets": [N, N]}, …}.
class HeaderEvents {
 public:
  HeaderEvents(std::uint64_t data_bytes, const std::string& file) : data_bytes_(data_bytes), file_(file) {}

  SafetensorsHeader take() {
    auto& entries = header_.entries;
    std::ranges::sort(entries, {}, &SafetensorsEntry::name);
    const bool twice = std::ranges::adjacent_find(entries, {}, &SafetensorsEntry::name) != entries.end();
    check(!twice, "the header names a tensor twice");
    return std::move(header_);
  }

  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("{}: {}", file_, what),
            "the file is damaged or not a safetensors file; fetch it again");
  }

  // What nlohmann's sax_parse calls.
  using number_integer_t = std::int64_t;
  using number_unsigned_t = std::uint64_t;
  bool null() { return value(nullptr, std::nullopt); }
  bool boolean(bool) { return value(nullptr, std::nullopt); }
  bool number_integer(std::int64_t) { return value(nullptr, std::nullopt); }
  bool number_unsigned(std::uint64_t number) { return value(nullptr, number); }
  bool number_float(double, const std::string&) { return value(nullptr, std::nullopt); }
  bool string(std::string& text) { return value(&text, std::nullopt); }
  bool binary(nlohmann::json::binary_t&) { return value(nullptr, std::nullopt); }

  bool start_object(std::size_t) {
    if (depth_ == kInHeader && in_metadata()) {
      check(!had_metadata_, "the header has two __metadata__");
      had_metadata_ = true;
    } else if (depth_ == kInHeader) {
      check(header_.entries.size() < kMaxTensors,
            fmt::format("the header names more than {} tensors", kMaxTensors));
      type_.reset();
      shape_.reset();
      offsets_.reset();
    } else if (depth_ > kInHeader) {
      value(nullptr, std::nullopt);
    }
    return deeper();
  }

  bool key(std::string& text) {
    if (depth_ == kInHeader)
      name_ = std::move(text);
    else if (depth_ == kInTensor)
      field_ = std::move(text);
    return true;
  }

  bool end_object() {
    if (--depth_ == kInHeader && !in_metadata()) finish_tensor();
    return true;
  }

  bool start_array(std::size_t) {
    if (depth_ == kInTensor && !in_metadata() && field_ == "shape") {
      shape_.emplace();
    } else if (depth_ == kInTensor && !in_metadata() && field_ == "data_offsets") {
      offsets_.emplace();
    } else {
      value(nullptr, std::nullopt);
    }
    return deeper();
  }

  bool end_array() {
    --depth_;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) { return false; }

 private:
  /// How many containers are open inside …
  static constexpr int kInHeader = 1, kInTensor = 2, kInList = 3, kMaxDepth = 4;

  bool in_metadata() const { return name_ == kMetadata; }
  /// Nothing nests deeper in a header; fields that are not known may hold a list of lists.
  bool deeper() {
    check(++depth_ <= kMaxDepth, "the header is not valid JSON");
    return true;
  }
  void tensor_check(bool good, std::string_view what) const {
    if (!good) check(false, fmt::format("tensor '{}' {}", printable(name_), what));
  }

  /// Any value that is not a container that belongs where it is; `text` and `number` where it is one.
  bool value(std::string* text, std::optional<std::uint64_t> number) {
    if (in_metadata()) {
      check(depth_ == kInTensor, "__metadata__ is not an object");
      check(text, fmt::format("metadata '{}' is not a string", printable(field_)));
      check(header_.metadata.size() < kMaxMetadata,
            fmt::format("the header has more than {} metadata", kMaxMetadata));
      header_.metadata[std::move(field_)] = std::move(*text);
      return true;
    }
    tensor_check(depth_ != kInHeader, "lacks dtype, shape or data_offsets");
    if (field_ == "dtype" && depth_ == kInTensor && text) {
      type_ = std::move(*text);
    } else if (field_ == "shape" && depth_ == kInList) {
      tensor_check(number.has_value(), "has a size that is no whole number");
      tensor_check(shape_->size() < kMaxDimensions, "has too many dimensions");
      shape_->push_back(*number);
    } else if (field_ == "data_offsets" && depth_ == kInList) {
      tensor_check(number.has_value(), "has a size that is no whole number");
      tensor_check(offsets_->size() < 2, "has a dtype, shape or data_offsets of the wrong type");
      offsets_->push_back(*number);
    } else {
      const bool known = field_ == "dtype" || field_ == "shape" || field_ == "data_offsets";
      tensor_check(!known, "has a dtype, shape or data_offsets of the wrong type");
    }
    return true;
  }

  void finish_tensor() {
    tensor_check(type_ && shape_ && offsets_, "lacks dtype, shape or data_offsets");
    tensor_check(offsets_->size() == 2, "has a dtype, shape or data_offsets of the wrong type");
    const std::optional<StoredType> type = stored_type_of(*type_);
    if (!type) {
      throw Error(
          ErrorKind::Model,
          fmt::format("{}: tensor '{}' is {}, which is not read", file_, printable(name_), printable(*type_)),
          "convert the weights to F32, F16 or BF16");
    }
    SafetensorsEntry entry{name_, *type, {}, offsets_->front(), offsets_->back()};
    std::uint64_t bytes = stored_bytes(*type);
    for (const std::uint64_t side : *shape_) {
      tensor_check(side <= data_bytes_ && (side == 0 || bytes <= data_bytes_ / side),
                   "is larger than the file");
      bytes *= side;
      entry.shape.push_back(static_cast<std::int64_t>(side));
    }
    tensor_check(entry.begin <= entry.end && entry.end <= data_bytes_, "lies outside the file");
    tensor_check(entry.end - entry.begin == bytes, "has offsets that do not match its shape");
    header_.entries.push_back(std::move(entry));
  }

  std::uint64_t data_bytes_;
  const std::string& file_;
  int depth_ = 0;
  bool had_metadata_ = false;
  std::string name_, field_;  ///< the last keys of the header and of what is in it
  std::optional<std::string> type_;
  std::optional<std::vector<std::uint64_t>> shape_, offsets_;
  SafetensorsHeader header_;
};

}  // namespace

SafetensorsHeader read_safetensors_header(std::string_view json, std::uint64_t data_bytes,
                                          const std::string& file) {
  HeaderEvents events(data_bytes, file);
  events.check(json.starts_with('{'), "the header is not a JSON object");
  events.check(nlohmann::json::sax_parse(json.begin(), json.end(), &events), "the header is not valid JSON");
  SafetensorsHeader header = events.take();

  std::ranges::sort(header.entries, [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::uint64_t expected = 0;
  for (const SafetensorsEntry& entry : header.entries) {
    if (entry.begin != expected) {
      events.check(false, fmt::format("tensor '{}' begins at {}, expected at {}", printable(entry.name),
                                      entry.begin, expected));
    }
    expected = entry.end;
  }
  events.check(data_bytes == expected,
               fmt::format("{} bytes of data, the header names {}", data_bytes, expected));
  return header;
}

}  // namespace giemsa
