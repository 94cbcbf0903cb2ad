#include "giemsa/formats/torch_file_values.h"

#include <fmt/format.h>

#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/state_dict_prefix.h"

namespace giemsa {

namespace {

constexpr std::uint64_t kMaxGrowth = 4;         // bytes stored as one become four
constexpr std::uint64_t kAlwaysFree = 1 << 20;  // bytes; small files may hold expanded views

/// out[i, j, …] = from[offset + i · strides[0] + j · strides[1] + …], in C order. Places are numbers, not
/// pointers: behind a row's last value lies a place that may be outside the storage. They fit: a side that
/// has a stride has two values or more inside the storage.
void copy_strided(const float* from, const TorchView& view, std::span<float> out) {
  std::vector<std::int64_t> at(view.shape.size(), 0);
  auto place = static_cast<std::int64_t>(view.offset);
  for (float& value : out) {
    value = from[place];
    for (std::size_t d = at.size(); d-- > 0;) {
      place += view.strides[d];
      if (++at[d] < view.shape[d]) break;
      place -= view.strides[d] * view.shape[d];
      at[d] = 0;
    }
  }
}

class Values {
 public:
  Values(const TorchStorages& storages, TorchStorageSource& source, const std::string& file)
      : storages_(storages), source_(source), file_(file) {
    free_bytes_ = kMaxGrowth * source.file_size() + kAlwaysFree;
  }

  WeightFile read(const std::vector<TorchView>& views) {
    for (const TorchView& view : views) ++loaded_[view.storage].views;
    WeightFile out;
    for (const TorchView& view : views) {
      out.order.push_back(view.name);
      out.stored_types[view.name] = stored_type_name(storages_.at(view.storage).type);
      out.tensors[view.name] = tensor(view);
    }
    remove_common_prefix(out);
    return out;
  }

 private:
  struct Loaded {
    std::size_t views = 0;  // that still need it
    std::shared_ptr<const float[]> values;
  };

  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("{}: {}", file_, what),
            "the file is damaged, or was made to harm; fetch it again");
  }

  HostTensor tensor(const TorchView& view) {
    Loaded& loaded = loaded_[view.storage];
    if (!loaded.values) loaded.values = load(view.storage);
    const std::shared_ptr<const float[]> values = loaded.values;
    if (--loaded.views == 0) loaded.values.reset();
    if (view.empty()) return HostTensor::make(view.shape, [](std::span<float>) {});
    if (view.contiguous()) return {view.shape, {values, values.get() + view.offset}};
    HostTensor sized{view.shape, nullptr};
    spend(sized.size());
    return HostTensor::make(view.shape, [&](std::span<float> out) { copy_strided(values.get(), view, out); });
  }

  std::shared_ptr<const float[]> load(const std::string& key) {
    const TorchStorage& storage = storages_.at(key);
    const std::uint64_t size = source_.size(key);
    check(size == storage.stored_size(), fmt::format("the storage '{}' has {} bytes; its tensors say {}",
                                                     printable(key), size, storage.stored_size()));
    spend(storage.count);
    std::shared_ptr<float[]> values(new float[storage.count]);
    if (storage.type == StoredType::F32) {
      source_.read(key, {reinterpret_cast<std::uint8_t*>(values.get()), size});
    } else {
      std::vector<std::uint8_t> stored(size);
      source_.read(key, stored);
      to_fp32(storage.type, stored, {values.get(), storage.count});
    }
    return values;
  }

  void spend(std::uint64_t values) {
    check(values <= free_bytes_ / sizeof(float),
          "its tensors would take more than four times the size of the file");
    free_bytes_ -= values * sizeof(float);
  }

  const TorchStorages& storages_;
  TorchStorageSource& source_;
  const std::string& file_;
  std::uint64_t free_bytes_;
  std::map<std::string, Loaded> loaded_;
};

}  // namespace

WeightFile torch_values(const Pickle& pickle, TorchStorageSource& source, const std::string& file) {
  const TorchStorages storages = torch_storages(pickle, file);
  return Values(storages, source, file).read(torch_views(pickle, storages, file));
}

}  // namespace giemsa
