#include "giemsa/weights/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {

namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "the file's numbers are used where they lie");

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit
constexpr std::size_t kMaxDimensions = 8;
constexpr std::size_t kAlignment = 64;

/// One tensor's place in the file, as the header gives it.
struct Entry {
  std::string name;
  std::vector<std::int64_t> shape;
  std::uint64_t begin, end;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : name_(path.string()), file_(path) {}

  SafetensorsFile read() {
    const auto bytes = file_.bytes();
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
    for (Entry& entry : entries) result.tensors[entry.name] = tensor(entry);
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
    require(dtype == "F32", ErrorKind::Model,
            fmt::format("[safetensors] {}: tensor '{}' is {}; only F32 is read", name_, name,
                        dtype.get<std::string>()),
            "convert the weights to fp32");
    fault(shape.size() <= kMaxDimensions, "has too many dimensions");
    Entry entry{name, {}, unsigned_number(offsets[0], name), unsigned_number(offsets[1], name)};
    std::uint64_t bytes = sizeof(float);
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
      return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
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
    const std::uint8_t* begin = data_.data() + entry.begin;
    if (reinterpret_cast<std::uintptr_t>(begin) % alignof(float) == 0) {
      return {entry.shape,
              std::shared_ptr<const float[]>(file_.owner(), reinterpret_cast<const float*>(begin))};
    }
    return HostTensor::make(entry.shape, [&](std::span<float> values) {
      std::memcpy(values.data(), begin, values.size_bytes());
    });
  }

  std::string name_;
  MappedFile file_;
  std::span<const std::uint8_t> data_;
};

}  // namespace

SafetensorsFile read_safetensors(const std::filesystem::path& path) { return Reader(path).read(); }

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
