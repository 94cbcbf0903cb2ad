#include "giemsa/weights/torch_file_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {

namespace {

constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor";  // before PyTorch 0.4
constexpr std::string_view kRebuildTensorV2 = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kParameter = "torch.nn.parameter.Parameter";  // before PyTorch 0.4
constexpr std::array kClasses{kOrderedDict, kRebuildTensor, kRebuildTensorV2, kRebuildParameter, kParameter};

struct StorageClass {
  std::string_view global;
  StoredType type;
};
constexpr std::array kStorageClasses{
    StorageClass{"torch.FloatStorage", StoredType::F32},
    StorageClass{"torch.HalfStorage", StoredType::F16},
    StorageClass{"torch.BFloat16Storage", StoredType::BF16},
    StorageClass{"torch.DoubleStorage", StoredType::F64},
    StorageClass{"torch.LongStorage", StoredType::I64},
    StorageClass{"torch.IntStorage", StoredType::I32},
    StorageClass{"torch.ShortStorage", StoredType::I16},
    StorageClass{"torch.CharStorage", StoredType::I8},
    StorageClass{"torch.ByteStorage", StoredType::U8},
    StorageClass{"torch.BoolStorage", StoredType::Bool},
};

/// Keys under which training programs keep the state dict beside other things.
constexpr std::array<std::string_view, 6> kNests{"state_dict", "model",          "model_state_dict",
                                                 "net",        "state_dict_ema", "model_ema"};

constexpr std::uint64_t kMaxValues = std::uint64_t{1} << 40;
constexpr std::size_t kMaxDimensions = 8;

std::optional<StoredType> storage_type(std::string_view global) {
  for (const StorageClass& row : kStorageClasses) {
    if (row.global == global) return row.type;
  }
  return std::nullopt;
}

/// The items of a tuple of at least `count`; null for anything else.
const std::vector<PickleRef>* tuple_of(const Pickle& pickle, PickleRef ref, std::size_t count) {
  const auto* const tuple = pickle.get<PickleTuple>(ref);
  return tuple && tuple->items.size() >= count ? &tuple->items : nullptr;
}

/// The class or function that a call calls; "" for anything but a call.
std::string_view callee_of(const Pickle& pickle, PickleRef ref) {
  const auto* const call = pickle.get<PickleCall>(ref);
  return call ? std::string_view(pickle.get<PickleGlobal>(call->callee)->name) : std::string_view();
}

/// What a storage's persistent id says: ('storage', class, key, location, count[, None]). Very old files put
/// a view of another storage last; that is not read.
struct StorageId {
  const std::string* key;
  TorchStorage storage;
};
std::optional<StorageId> storage_id(const Pickle& pickle, PickleRef id) {
  const auto* const parts = tuple_of(pickle, id, 5);
  if (!parts) return std::nullopt;
  const auto* const word = pickle.get<std::string>(parts->at(0));
  const auto* const kind = pickle.get<PickleGlobal>(parts->at(1));
  const auto* const key = pickle.get<std::string>(parts->at(2));
  const auto* const count = pickle.get<std::int64_t>(parts->at(4));
  const auto type = kind ? storage_type(kind->name) : std::nullopt;
  const bool whole = parts->size() == 5 || (parts->size() == 6 && pickle.get<PickleNone>(parts->at(5)));
  if (!word || *word != "storage" || !type || !key || !count || !whole) return std::nullopt;
  if (*count < 0 || static_cast<std::uint64_t>(*count) > kMaxValues) return std::nullopt;
  return StorageId{key, {*type, static_cast<std::uint64_t>(*count)}};
}

/// A dict's items, be it dict or OrderedDict; nothing for anything else. What an OrderedDict carries beside
/// its items (`_metadata`: the version of each layer's code) says nothing about the values.
std::optional<PickleItems> dict_items(const Pickle& pickle, PickleRef ref) {
  if (const auto* const dict = pickle.get<PickleDict>(ref)) return dict->items;
  if (callee_of(pickle, ref) != kOrderedDict) return std::nullopt;
  const auto& call = *pickle.get<PickleCall>(ref);
  PickleItems items;
  const std::vector<PickleRef>& arguments = pickle.get<PickleTuple>(call.arguments)->items;
  if (arguments.size() > 1) return std::nullopt;
  if (arguments.size() == 1) {  // Python 2 gives the items so: [[key, value], …]
    const auto* const list = pickle.get<PickleList>(arguments[0]);
    if (!list) return std::nullopt;
    for (const PickleRef item : list->items) {
      const auto* const pair = pickle.get<PickleList>(item);
      if (!pair || pair->items.size() != 2) return std::nullopt;
      items.emplace_back(pair->items[0], pair->items[1]);
    }
  }
  items.insert(items.end(), call.items.begin(), call.items.end());
  return items;
}

/// The tensor inside a parameter; what is no parameter comes back as it is, nothing for a malformed one.
std::optional<PickleRef> unwrap_parameter(const Pickle& pickle, PickleRef ref) {
  const auto* const call = pickle.get<PickleCall>(ref);
  if (callee_of(pickle, ref) == kRebuildParameter) {
    const auto* const arguments = tuple_of(pickle, call->arguments, 1);
    return arguments ? std::optional(arguments->at(0)) : std::nullopt;
  }
  if (callee_of(pickle, ref) == kParameter && call->state) {
    // The state of a Variable: (tensor, …, hooks, requires_grad, volatile).
    const auto* const state = tuple_of(pickle, *call->state, 4);
    if (state && state->size() == 5) return state->at(0);
  }
  return ref;
}

/// The (storage, offset, shape, strides, …) out of which a tensor is made; null for anything else.
const std::vector<PickleRef>* tensor_parts(const Pickle& pickle, PickleRef ref) {
  const std::optional<PickleRef> inner = unwrap_parameter(pickle, ref);
  if (!inner) return nullptr;
  const auto* const call = pickle.get<PickleCall>(*inner);
  const std::string_view callee = callee_of(pickle, *inner);
  if (callee == kRebuildTensor || callee == kRebuildTensorV2) return tuple_of(pickle, call->arguments, 4);
  if (callee == kParameter && call->state) return tuple_of(pickle, *call->state, 4);
  return nullptr;
}

class Reader {
 public:
  Reader(const Pickle& pickle, const TorchStorages& storages, const std::string& file)
      : pickle_(pickle), storages_(storages), file_(file) {}

  std::vector<TorchView> read() const {
    std::vector<TorchView> views;
    for (const auto& [key, value] : state_dict()) {
      const auto* const name = pickle_.get<std::string>(key);
      check(name, "the state dict has a key that is no text");
      const auto* const parts = tensor_parts(pickle_, value);
      check(parts, fmt::format("the entry '{}' of the state dict is no tensor", printable(*name)));
      views.push_back(view(*name, *parts));
    }
    drop_common_prefix(views);
    std::set<std::string_view> names;
    for (const TorchView& v : views)
      check(names.insert(v.name).second, fmt::format("the tensor '{}' is there twice", printable(v.name)));
    return views;
  }

 private:
  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("{}: {}", file_, what),
            "save the weights alone with torch.save(model.state_dict(), …) or as safetensors");
  }

  bool holds_tensors(const PickleItems& items) const {
    return std::any_of(items.begin(), items.end(),
                       [&](const auto& item) { return tensor_parts(pickle_, item.second) != nullptr; });
  }

  /// A known key inside goes before the tensors beside it: programs keep their best accuracy as one.
  PickleItems state_dict() const {
    std::optional<PickleItems> root = dict_items(pickle_, pickle_.root);
    check(root.has_value(), "holds no dict of tensors");
    std::vector<std::string> found;
    PickleItems nested;
    for (const std::string_view nest : kNests) {
      const auto item = std::ranges::find_if(*root, [&](const auto& i) { return text(i.first) == nest; });
      if (item == root->end()) continue;
      std::optional<PickleItems> items = dict_items(pickle_, item->second);
      if (!items || !holds_tensors(*items)) continue;
      found.emplace_back(nest);
      nested = std::move(*items);
    }
    check(found.size() <= 1, fmt::format("holds several state dicts ({}); which one is meant cannot be told",
                                         join(found, ", ")));
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
    const auto* const items = tuple_of(pickle_, ref, 0);
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
    const auto* const persistent = pickle_.get<PicklePersistent>(parts[0]);
    const auto* const offset = pickle_.get<std::int64_t>(parts[1]);
    check(persistent && offset && *offset >= 0, who + "is no view of a storage");
    TorchView v{name, *storage_id(pickle_, persistent->id)->key, static_cast<std::uint64_t>(*offset),
                whole_numbers(parts[2]), whole_numbers(parts[3])};
    check(v.shape.size() == v.strides.size(), who + "has a shape and strides of different length");
    std::uint64_t values = 1;
    for (const std::int64_t side : v.shape) {
      const auto n = static_cast<std::uint64_t>(std::max<std::int64_t>(side, 1));
      check(n <= kMaxValues / values, who + "is too large");
      values *= n;
    }
    if (!v.empty()) check_inside(v, storages_.at(v.storage).count, who);
    return v;
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

  /// torch.nn.DataParallel puts "module." before every name.
  static void drop_common_prefix(std::vector<TorchView>& views) {
    constexpr std::string_view kPrefix = "module.";
    if (!std::ranges::all_of(views, [&](const TorchView& v) { return v.name.starts_with(kPrefix); })) return;
    for (TorchView& v : views) v.name.erase(0, kPrefix.size());
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

bool is_torch_global(std::string_view global) {
  return std::ranges::find(kClasses, global) != kClasses.end() || storage_type(global);
}

TorchStorages torch_storages(const Pickle& pickle, const std::string& file) {
  TorchStorages storages;
  for (const PickleValue& value : pickle.values) {
    const auto* const persistent = std::get_if<PicklePersistent>(&value);
    if (!persistent) continue;
    const auto id = storage_id(pickle, persistent->id);
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
