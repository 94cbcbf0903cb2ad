#include "giemsa/formats/safetensors.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/safetensors_header.h"
#include "giemsa/formats/stored_type.h"

namespace giemsa {

namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are used where they lie");

/// The format allows 100 MB; real headers have about 100 bytes for a tensor.
constexpr std::uint64_t kMaxHeaderBytes = 16'000'000;
constexpr std::size_t kAlignment = 64;

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
    data_ = bytes.subspan(8 + header_bytes);
    const auto text = bytes.subspan(8, header_bytes);
    SafetensorsHeader header = read_safetensors_header(
        {reinterpret_cast<const char*>(text.data()), text.size()}, data_.size(), "[safetensors] " + name_);
    SafetensorsFile result;
    result.metadata = std::move(header.metadata);
    for (const SafetensorsEntry& entry : header.entries) {
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

  HostTensor tensor(const SafetensorsEntry& entry) const {
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

void write_stored_tensors(const std::filesystem::path& path,
                          const std::map<std::string, StoredTensor>& tensors,
                          const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    std::uint64_t expected = stored_bytes(tensor.type);
    for (const std::int64_t side : tensor.shape) expected *= static_cast<std::uint64_t>(side);
    require(tensor.bytes.size() == expected, ErrorKind::Internal,
            fmt::format("[safetensors] '{}' of {} bytes; its shape {} asks for {}", name, tensor.bytes.size(),
                        shape_text(tensor.shape), expected));
    const std::uint64_t end = offset + tensor.bytes.size();
    header[name] = {
        {"dtype", stored_type_name(tensor.type)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((kAlignment - (8 + text.size()) % kAlignment) % kAlignment, ' ');

  AtomicFile file(path);
  const std::uint64_t length = text.size();
  file.write({reinterpret_cast<const std::uint8_t*>(&length), sizeof length});
  file.write(text);
  for (const auto& [name, tensor] : tensors) file.write(tensor.bytes);
  file.commit();
}

void write_safetensors(const std::filesystem::path& path, const StateDict& tensors,
                       const std::map<std::string, std::string>& metadata) {
  std::map<std::string, StoredTensor> stored;
  for (const auto& [name, tensor] : tensors) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor.data.get());
    stored[name] = {StoredType::F32, tensor.shape, {bytes, tensor.values().size_bytes()}};
  }
  write_stored_tensors(path, stored, metadata);
}

}  // namespace giemsa
