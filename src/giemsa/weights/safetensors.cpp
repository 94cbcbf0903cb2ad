#include "giemsa/weights/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/weights/stored_type.h"

namespace giemsa {

namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "the file's numbers are used where they lie");

/// The format allows 100 MB, whose JSON would take a gigabyte; real headers have about 100 bytes for a
/// tensor.
constexpr std::uint64_t kMaxHeaderBytes = 16'000'000;
constexpr std::size_t kMaxDimensions = 8;
constexpr std::size_t kAlignment = 64;

/// One tensor's place in the file, as the header gives it.
struct Entry {
  std::string name;
  StoredType type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin, end;
};

class Reader {
 public:
  /// `mapping`: the file that holds `bytes`, when it may be shared.
  Reader(std::string name, std::span<const std::uint8_t> bytes, std::optional<MappedFile> mapping)
      : name_(std::move(name)), bytes_(bytes), mapping_(std::move(mapping)) {}

  SafetensorsFile read() {
    const auto bytes = bytes_;
    check(bytes.size() >= 8, "shorter than its 8-byte length field");
    std::uint64_t header_bytes;
    std::memcpy(&header_bytes, bytes.data(), 8);
    check(header_bytes <= kMaxHeaderBytes && header_bytes <= bytes.size() - 8,
          fmt::format("the header claims {} bytes; the file has {}", header_bytes, bytes.size()));
    const json header = parse_header(bytes.subspan(8, header_bytes));
    data_ = bytes.subspan(8 + header_bytes);

    SafetensorsFile result;
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        result.metadata = parse_metadata(value);
      } else {
        entries.push_back(parse_entry(name, value));
      }
    }
    check_layout(entries);
    for (const Entry& entry : entries) {
      result.tensors[entry.name] = tensor(entry);
      result.order.push_back(entry.name);
      result.stored_types[entry.name] = stored_type_name(entry.type);
    }
    return result;
  }

 private:
  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("[safetensors] {}: {}", name_, what),
            "the file is damaged or not a safetensors file; fetch it again");
  }

  json parse_header(std::span<const std::uint8_t> text) const {
    check(!text.empty() && text.front() == '{', "the header is not a JSON object");
    // Depth is bounded so that a hostile header cannot exhaust the stack: names, fields, lists.
    bool too_deep = false;
    std::size_t names = 0;
    const json header = json::parse(
        text.begin(), text.end(),
        [&](int depth, json::parse_event_t event, json&) {
          names += depth == 1 && event == json::parse_event_t::key;
          too_deep |= depth > 4;
          return depth <= 4;
        },
        false);
    check(header.is_object() && !too_deep, "the header is not valid JSON");
    check(names == header.size(), "the header names a tensor twice");
    return header;
  }

  std::map<std::string, std::string> parse_metadata(const json& value) const {
    check(value.is_object(), "__metadata__ is not an object");
    std::map<std::string, std::string> metadata;
    for (const auto& [key, text] : value.items()) {
      check(text.is_string(), fmt::format("metadata '{}' is not a string", key));
      metadata[key] = text.get<std::string>();
    }
    return metadata;
  }

  Entry parse_entry(const std::string& name, const json& value) const {
    const auto fault = [&](bool good, const char* what) {
      check(good, fmt::format("tensor '{}' {}", name, what));
    };
    fault(value.is_object() && value.contains("dtype") && value.contains("shape") &&
              value.contains("data_offsets"),
          "lacks dtype, shape or data_offsets");
    const json &dtype = value["dtype"], &shape = value["shape"], &offsets = value["data_offsets"];
    fault(dtype.is_string() && shape.is_array() && offsets.is_array() && offsets.size() == 2,
          "has a dtype, shape or data_offsets of the wrong type");
    const std::optional<StoredType> type = stored_type_of(dtype.get_ref<const std::string&>());
    require(type.has_value(), ErrorKind::Model,
            fmt::format("[safetensors] {}: tensor '{}' is {}, which is not read", name_, name,
                        dtype.get<std::string>()),
            "convert the weights to F32, F16 or BF16");
    fault(shape.size() <= kMaxDimensions, "has too many dimensions");
    Entry entry{name, *type, {}, unsigned_number(offsets[0], name), unsigned_number(offsets[1], name)};
    std::uint64_t bytes = stored_bytes(*type);
    for (const json& side : shape) {
      const std::uint64_t n = unsigned_number(side, name);
      fault(n <= data_.size() && (n == 0 || bytes <= data_.size() / n), "is larger than the file");
      bytes *= n;
      entry.shape.push_back(static_cast<std::int64_t>(n));
    }
    fault(entry.begin <= entry.end && entry.end <= data_.size(), "lies outside the file");
    fault(entry.end - entry.begin == bytes, "has offsets that do not match its shape");
    return entry;
  }

  std::uint64_t unsigned_number(const json& value, const std::string& tensor) const {
    check(value.is_number_unsigned(), fmt::format("tensor '{}' has a size that is no whole number", tensor));
    return value.get<std::uint64_t>();
  }

  void check_layout(std::vector<Entry>& entries) const {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::uint64_t expected = 0;
    for (const Entry& entry : entries) {
      check(entry.begin == expected,
            fmt::format("tensor '{}' begins at {}, expected at {}", entry.name, entry.begin, expected));
      expected = entry.end;
    }
    check(expected == data_.size(),
          fmt::format("{} bytes of data, the header names {}", data_.size(), expected));
  }

  HostTensor tensor(const Entry& entry) const {
    const auto stored = data_.subspan(entry.begin, entry.end - entry.begin);
    const auto offset = static_cast<std::size_t>(stored.data() - bytes_.data());
    const auto part = mapping_ ? mapping_->part(offset, stored.size()) : nullptr;
    if (part && entry.type == StoredType::F32 && offset % alignof(float) == 0)
      return {entry.shape, {part, reinterpret_cast<const float*>(part.get())}};
    return HostTensor::make(entry.shape, [&](std::span<float> out) { to_fp32(entry.type, stored, out); });
  }

  std::string name_;
  std::span<const std::uint8_t> bytes_, data_;
  std::optional<MappedFile> mapping_;
};

}  // namespace

SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  const MappedFile file(path);
  return Reader(path.string(), file.bytes(), file).read();
}

SafetensorsFile read_safetensors(std::span<const std::uint8_t> bytes, const std::string& name) {
  return Reader(name, bytes, std::nullopt).read();
}

void write_safetensors(const std::filesystem::path& path, const StateDict& tensors,
                       const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::uint64_t end = offset + tensor.values().size_bytes();
    header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((kAlignment - (8 + text.size()) % kAlignment) % kAlignment, ' ');

  AtomicFile file(path);
  const std::uint64_t length = text.size();
  file.write({reinterpret_cast<const std::uint8_t*>(&length), sizeof length});
  file.write(text);
  for (const auto& [name, tensor] : tensors) {
    file.write({reinterpret_cast<const std::uint8_t*>(tensor.data.get()), tensor.values().size_bytes()});
  }
  file.commit();
}

}  // namespace giemsa
