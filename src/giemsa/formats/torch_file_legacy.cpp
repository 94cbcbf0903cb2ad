#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/torch_file.h"
#include "giemsa/formats/torch_file_values.h"

namespace giemsa {

namespace {

/// The number 0x1950a86a20f9469cfc6c as a pickle writes it: LONG1, ten bytes, STOP.
constexpr std::array<std::uint8_t, 13> kMagic{0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9,
                                              0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};
constexpr std::int64_t kVersion = 1001;
constexpr std::uint8_t kProto = 0x80, kFrame = 0x95;

/// Where the magic number's pickle ends; 0 when the file does not begin with it.
std::size_t magic_end(std::span<const std::uint8_t> bytes) {
  std::size_t at = 2;  // behind PROTO and its number
  if (bytes.size() > at && bytes[0] == kProto && bytes[at] == kFrame) at += 9;
  const bool found =
      bytes.size() >= at + kMagic.size() && bytes[0] == kProto &&
      std::equal(kMagic.begin(), kMagic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return found ? at + kMagic.size() : 0;
}

class LegacyFile : public TorchStorageSource {
 public:
  /// `mapping`: the file that holds `bytes`, whose pages leave memory once they are read.
  LegacyFile(std::span<const std::uint8_t> bytes, std::optional<MappedFile> mapping, const std::string& file)
      : bytes_(bytes), mapping_(std::move(mapping)), file_(file) {
    at_ = magic_end(bytes);
    check(at_ > 0, "does not begin with the magic number of torch.save");
    const Pickle version = pickle(), machine = pickle();
    const auto* const number = version.get<std::int64_t>(version.root);
    check(number && *number == kVersion, fmt::format("is not of version {}", kVersion));
    check(little_endian(machine), "its numbers are not little-endian");
    state_ = pickle();
    find_storages(pickle());
  }

  const Pickle& state() const { return state_; }

  std::uint64_t file_size() const override { return bytes_.size(); }
  std::uint64_t size(const std::string& key) override { return storage(key).size(); }
  void read(const std::string& key, std::span<std::uint8_t> out) override {
    const auto stored = storage(key);
    const auto part =
        mapping_ ? mapping_->part(static_cast<std::size_t>(stored.data() - bytes_.data()), stored.size())
                 : nullptr;
    std::copy(stored.begin(), stored.end(), out.begin());
  }

 private:
  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("{}: {}", file_, what),
            "the file is damaged, or not what torch.save writes; fetch it again");
  }

  Pickle pickle() {
    Pickle out = read_pickle(bytes_.subspan(at_), is_torch_global, file_);
    at_ += out.bytes;
    return out;
  }

  static bool little_endian(const Pickle& machine) {
    const auto* const facts = machine.get<PickleDict>(machine.root);
    if (!facts) return false;
    return std::ranges::any_of(facts->items, [&](const auto& item) {
      const auto* const key = machine.get<std::string>(item.first);
      const auto* const value = machine.get<bool>(item.second);
      return key && *key == "little_endian" && value && *value;
    });
  }

  /// The storages lie one behind the other in the order of `keys`: each the count of its values (int64), then
  /// the values.
  void find_storages(const Pickle& keys) {
    const TorchStorages known = torch_storages(state_, file_);
    const auto* const list = keys.get<PickleList>(keys.root);
    check(list, "lacks the list of its storages");
    for (const PickleRef ref : list->items) {
      const auto* const key = keys.get<std::string>(ref);
      check(key && known.contains(*key), "lists a storage that no tensor has");
      const TorchStorage& storage = known.at(*key);
      std::uint64_t count = 0;
      check(bytes_.size() - at_ >= sizeof count, "is truncated");
      std::memcpy(&count, bytes_.data() + at_, sizeof count);
      at_ += sizeof count;
      check(count == storage.count, fmt::format("the storage '{}' has {} values; its tensors say {}",
                                                printable(*key), count, storage.count));
      check(storage.stored_size() <= bytes_.size() - at_, "is truncated");
      check(storages_.emplace(*key, bytes_.subspan(at_, storage.stored_size())).second,
            "lists a storage twice");
      at_ += storage.stored_size();
    }
    check(at_ == bytes_.size(), fmt::format("has {} bytes more than its storages", bytes_.size() - at_));
  }

  std::span<const std::uint8_t> storage(const std::string& key) const {
    const auto found = storages_.find(key);
    check(found != storages_.end(), fmt::format("lacks the storage '{}'", printable(key)));
    return found->second;
  }

  std::span<const std::uint8_t> bytes_;
  std::optional<MappedFile> mapping_;
  const std::string& file_;
  std::size_t at_ = 0;
  Pickle state_;
  std::map<std::string, std::span<const std::uint8_t>> storages_;
};

WeightFile read_legacy(std::span<const std::uint8_t> bytes, std::optional<MappedFile> mapping,
                       const std::string& file) {
  LegacyFile legacy(bytes, std::move(mapping), file);
  WeightFile out = torch_values(legacy.state(), legacy, file);
  out.format = "PyTorch legacy";
  return out;
}

}  // namespace

bool is_torch_legacy(std::span<const std::uint8_t> start) { return magic_end(start) > 0; }

WeightFile read_torch_legacy(const std::filesystem::path& path) {
  const MappedFile file(path);
  return read_legacy(file.bytes(), file, "[torch] " + path.string());
}

WeightFile read_torch_legacy(std::span<const std::uint8_t> bytes, const std::string& name) {
  return read_legacy(bytes, std::nullopt, "[torch] " + name);
}

}  // namespace giemsa
