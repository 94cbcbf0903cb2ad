#include "giemsa/formats/torch_file_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/torch_file_pickle.h"

namespace giemsa {

namespace {

/// Keys under which training programs keep the state dict beside other things.
constexpr std::array<std::string_view, 6> kNests{"state_dict", "model",          "model_state_dict",
                                                 "net",        "state_dict_ema", "model_ema"};

constexpr std::size_t kMaxDimensions = 8;

class Reader {
 public:
  Reader(const Pickle& pickle, const TorchStorages& storages, const std::string& file)
      : pickle_(pickle), storages_(storages), file_(file) {}

  std::vector<TorchView> read() const {
    std::vector<TorchView> views;
    std::set<std::string_view> names;  // looked at before anything is copied: one text may be many keys
    for (const auto& [key, value] : state_dict()) {
      const auto* const name = pickle_.get<std::string>(key);
      check(name, "the state dict has a key that is no text");
      check(names.insert(*name).second, fmt::format("the tensor '{}' is there twice", printable(*name)));
      const auto* const parts = torch_tensor_parts(pickle_, value);
      check(parts, fmt::format("the entry '{}' of the state dict is no tensor", printable(*name)));
      views.push_back(view(*name, *parts));
    }
    return views;
  }

 private:
  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("{}: {}", file_, what),
            "save the weights alone in Python: torch.save(model.state_dict(), G), or those of a checkpoint "
            "torch.save(torch.load(F)[\"state_dict\"], G)");
  }

  bool holds_tensors(const PickleItems& items) const {
    return std::any_of(items.begin(), items.end(),
                       [&](const auto& item) { return torch_tensor_parts(pickle_, item.second) != nullptr; });
  }

  /// A known key inside goes before the tensors beside it: programs keep their best accuracy as one.
  PickleItems state_dict() const {
    std::optional<PickleItems> root = torch_dict_items(pickle_, pickle_.root);
    check(root.has_value(), "holds no dict of tensors");
    std::vector<std::string> found;
    PickleItems nested;
    for (const std::string_view nest : kNests) {
      const auto item = std::ranges::find_if(*root, [&](const auto& i) { return text(i.first) == nest; });
      if (item == root->end()) continue;
      std::optional<PickleItems> items = torch_dict_items(pickle_, item->second);
      if (!items || !holds_tensors(*items)) continue;
      found.emplace_back(nest);
      nested = std::move(*items);
    }
    if (found.size() > 1) {
      throw Error(ErrorKind::Model,
                  fmt::format("{}: holds several state dicts ({}); which one is meant cannot be told", file_,
                              join(found, ", ")),
                  fmt::format("take one out in Python: torch.save(torch.load(F)[\"{}\"], G)", found.front()));
    }
    if (found.size() == 1) return nested;
    check(holds_tensors(*root), "holds no dict of tensors; its keys: " + first_keys(*root));
    return std::move(*root);
  }

  /// "" for anything but text.
  std::string_view text(PickleRef ref) const {
    const auto* const value = pickle_.get<std::string>(ref);
    return value ? std::string_view(*value) : std::string_view();
  }

  std::string first_keys(const PickleItems& items) const {
    constexpr std::size_t kShown = 10;
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < std::min(items.size(), kShown); ++i)
      keys.push_back(printable(text(items[i].first)));
    return join(keys, ", ") + (items.size() > kShown ? ", …" : "");
  }

  std::vector<std::int64_t> whole_numbers(PickleRef ref) const {
    std::vector<std::int64_t> out;
    const auto* const items = torch_tuple(pickle_, ref, 0);
    check(items && items->size() <= kMaxDimensions, "a tensor's shape is no tuple of up to 8 numbers");
    for (const PickleRef item : *items) {
      const auto* const number = pickle_.get<std::int64_t>(item);
      check(number && *number >= 0, "a tensor's shape or strides are no whole numbers");
      out.push_back(*number);
    }
    return out;
  }

  TorchView view(const std::string& name, const std::vector<PickleRef>& parts) const {
    const std::string who = fmt::format("the tensor '{}' ", printable(name));
    check_unmarked(parts, who);
    const auto* const persistent = pickle_.get<PicklePersistent>(parts[0]);
    const auto* const offset = pickle_.get<std::int64_t>(parts[1]);
    check(persistent && offset && *offset >= 0, who + "is no view of a storage");
    TorchView v{name, *torch_storage_id(pickle_, persistent->id)->key, static_cast<std::uint64_t>(*offset),
                whole_numbers(parts[2]), whole_numbers(parts[3])};
    check(v.shape.size() == v.strides.size(), who + "has a shape and strides of different length");
    std::uint64_t values = 1;
    for (const std::int64_t side : v.shape) {
      const auto n = static_cast<std::uint64_t>(std::max<std::int64_t>(side, 1));
      check(n <= kMaxTorchValues / values, who + "is too large");
      values *= n;
    }
    for (std::size_t d = 0; d < v.shape.size(); ++d) {
      if (v.shape[d] <= 1) v.strides[d] = 0;  // never taken, and may be any number
    }
    if (!v.empty()) check_inside(v, storages_.at(v.storage).count, who);
    return v;
  }

  /// Behind the view come requires_grad and hooks, which say nothing about the values, and from PyTorch 1.9
  /// on marks that do: that they are to be negated or conjugated.
  void check_unmarked(const std::vector<PickleRef>& parts, const std::string& who) const {
    constexpr std::size_t kMarksAt = 6;
    for (std::size_t i = kMarksAt; i < parts.size(); ++i) {
      const std::optional<PickleItems> marks = torch_dict_items(pickle_, parts[i]);
      require(pickle_.get<PickleNone>(parts[i]) || (marks && marks->empty()), ErrorKind::Model,
              fmt::format("{}: {}carries marks beside its values (negated, conjugated), which are not read",
                          file_, who),
              "save plain values: tensor.resolve_neg().resolve_conj().clone()");
    }
  }

  void check_inside(const TorchView& v, std::uint64_t count, const std::string& who) const {
    const std::string outside = who + fmt::format("reaches beyond its storage of {} values", count);
    check(v.offset < count, outside);
    std::uint64_t last = v.offset;
    for (std::size_t d = 0; d < v.shape.size(); ++d) {
      const auto steps = static_cast<std::uint64_t>(v.shape[d] - 1),
                 stride = static_cast<std::uint64_t>(v.strides[d]);
      check(steps == 0 || stride <= (count - 1 - last) / steps, outside);
      last += steps * stride;
    }
  }

  const Pickle& pickle_;
  const TorchStorages& storages_;
  const std::string& file_;
};

}  // namespace

bool TorchView::empty() const { return std::ranges::find(shape, 0) != shape.end(); }

bool TorchView::contiguous() const {
  std::int64_t expected = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (shape[d] != 1 && strides[d] != expected) return false;
    expected *= shape[d];
  }
  return true;
}

TorchStorages torch_storages(const Pickle& pickle, const std::string& file) {
  TorchStorages storages;
  for (const PickleValue& value : pickle.values) {
    const auto* const persistent = std::get_if<PicklePersistent>(&value);
    if (!persistent) continue;
    const auto id = torch_storage_id(pickle, persistent->id);
    require(id.has_value(), ErrorKind::Model,
            fmt::format("{}: speaks of a storage in a way that is not understood", file),
            "save the weights again with a newer PyTorch, or as safetensors");
    const auto [known, added] = storages.emplace(*id->key, id->storage);
    require(added || (known->second.type == id->storage.type && known->second.count == id->storage.count),
            ErrorKind::Model,
            fmt::format("{}: gives the storage '{}' two types or sizes", file, printable(*id->key)));
  }
  return storages;
}

std::vector<TorchView> torch_views(const Pickle& pickle, const TorchStorages& storages,
                                   const std::string& file) {
  return Reader(pickle, storages, file).read();
}

}  // namespace giemsa
