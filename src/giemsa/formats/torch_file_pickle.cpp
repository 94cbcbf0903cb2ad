#include "giemsa/formats/torch_file_pickle.h"

#include <algorithm>
#include <array>

namespace giemsa {

namespace {

constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor";  // before PyTorch 0.4
constexpr std::string_view kRebuildTensorV2 = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kParameter = "torch.nn.parameter.Parameter";  // before PyTorch 0.4
constexpr std::array kClasses{kOrderedDict, kRebuildTensor, kRebuildTensorV2, kRebuildParameter, kParameter};

/// What training programs keep beside the state dict: their options and the best score. Nothing is built of
/// them; they stay descriptions in the pickle at which nobody looks.
constexpr std::array<std::string_view, 6> kOpaque{"argparse.Namespace",
                                                  "collections.Counter",
                                                  "numpy.core.multiarray.scalar",
                                                  "numpy._core.multiarray.scalar",
                                                  "numpy.dtype",
                                                  "_codecs.encode"};

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

constexpr std::size_t kMaxKeyBytes = 256;  // of a storage; PyTorch's are numbers

std::optional<StoredType> storage_type(std::string_view global) {
  for (const StorageClass& row : kStorageClasses) {
    if (row.global == global) return row.type;
  }
  return std::nullopt;
}

/// The class or function that a call calls; "" for anything but a call.
std::string_view callee_of(const Pickle& pickle, PickleRef ref) {
  const auto* const call = pickle.get<PickleCall>(ref);
  return call ? std::string_view(pickle.get<PickleGlobal>(call->callee)->name) : std::string_view();
}

/// The tensor inside a parameter; what is no parameter comes back as it is, nothing for a malformed one.
std::optional<PickleRef> unwrap_parameter(const Pickle& pickle, PickleRef ref) {
  const auto* const call = pickle.get<PickleCall>(ref);
  if (callee_of(pickle, ref) == kRebuildParameter) {
    const auto* const arguments = torch_tuple(pickle, call->arguments, 1);
    return arguments ? std::optional(arguments->at(0)) : std::nullopt;
  }
  if (callee_of(pickle, ref) == kParameter && call->state) {
    // The state of a Variable: (tensor, …, hooks, requires_grad, volatile).
    const auto* const state = torch_tuple(pickle, *call->state, 4);
    if (state && state->size() == 5) return state->at(0);
  }
  return ref;
}

}  // namespace

const std::vector<PickleRef>* torch_tuple(const Pickle& pickle, PickleRef ref, std::size_t count) {
  const auto* const tuple = pickle.get<PickleTuple>(ref);
  return tuple && tuple->items.size() >= count ? &tuple->items : nullptr;
}

std::optional<TorchStorageId> torch_storage_id(const Pickle& pickle, PickleRef id) {
  const auto* const parts = torch_tuple(pickle, id, 5);
  if (!parts) return std::nullopt;
  const auto* const word = pickle.get<std::string>(parts->at(0));
  const auto* const kind = pickle.get<PickleGlobal>(parts->at(1));
  const auto* const key = pickle.get<std::string>(parts->at(2));
  const auto* const count = pickle.get<std::int64_t>(parts->at(4));
  const auto type = kind ? storage_type(kind->name) : std::nullopt;
  const bool whole = parts->size() == 5 || (parts->size() == 6 && pickle.get<PickleNone>(parts->at(5)));
  if (!word || *word != "storage" || !type || !key || key->size() > kMaxKeyBytes || !count || !whole)
    return std::nullopt;
  if (*count < 0 || static_cast<std::uint64_t>(*count) > kMaxTorchValues) return std::nullopt;
  return TorchStorageId{key, {*type, static_cast<std::uint64_t>(*count)}};
}

std::optional<PickleItems> torch_dict_items(const Pickle& pickle, PickleRef ref) {
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

const std::vector<PickleRef>* torch_tensor_parts(const Pickle& pickle, PickleRef ref) {
  const std::optional<PickleRef> inner = unwrap_parameter(pickle, ref);
  if (!inner) return nullptr;
  const auto* const call = pickle.get<PickleCall>(*inner);
  const std::string_view callee = callee_of(pickle, *inner);
  if (callee == kRebuildTensor || callee == kRebuildTensorV2) return torch_tuple(pickle, call->arguments, 4);
  if (callee == kParameter && call->state) return torch_tuple(pickle, *call->state, 4);
  return nullptr;
}

bool is_torch_global(std::string_view global) {
  return std::ranges::find(kClasses, global) != kClasses.end() ||
         std::ranges::find(kOpaque, global) != kOpaque.end() || storage_type(global);
}

}  // namespace giemsa
