#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace giemsa {

/// A value of a pickle: its place in Pickle::values. Values may be shared, and may even hold themselves.
using PickleRef = std::uint32_t;
using PickleItems = std::vector<std::pair<PickleRef, PickleRef>>;

struct PickleNone {};
/// A whole number beyond 64 bits; its value is not kept.
struct PickleLargeInteger {};
struct PickleTuple {
  std::vector<PickleRef> items;
};
struct PickleList {
  std::vector<PickleRef> items;
};
struct PickleDict {
  PickleItems items;  ///< in the file's order
};
/// Something of Python by its name, "collections.OrderedDict".
struct PickleGlobal {
  std::string name;
};
/// What Python would get by calling `callee` with `arguments`, then setting `items` and `state`.
struct PickleCall {
  PickleRef callee, arguments;
  PickleItems items;
  std::optional<PickleRef> state;
};
/// Something kept outside the pickle, by its id.
struct PicklePersistent {
  PickleRef id;
};
/// std::string: text and bytes alike.
using PickleValue =
    std::variant<PickleNone, bool, std::int64_t, PickleLargeInteger, double, std::string, PickleTuple,
                 PickleList, PickleDict, PickleGlobal, PickleCall, PicklePersistent>;

/// A Python pickle as plain data. Nothing is called, imported or built: what Python would run is described.
struct Pickle {
  std::vector<PickleValue> values;
  PickleRef root = 0;
  std::size_t bytes = 0;  ///< how long the pickle was, with its STOP

  /// The value as a `T`, null when it is something else.
  template <class T>
  const T* get(PickleRef ref) const {
    return std::get_if<T>(&values[ref]);
  }
};

constexpr std::size_t kMaxPickleBytes = 16 << 20;
constexpr std::size_t kMaxPickleOperations = 1'000'000;

/// Reads the pickle at the front of `bytes` (protocols 2 to 5, as the documentation of Python's pickletools
/// describes them). Memory and time are linear in its length, of which at most kMaxPickleBytes and
/// kMaxPickleOperations are read. Throws Model, beginning with `name`, when malformed, or when it names
/// anything of Python ("os.system") that is not `allowed`.
Pickle read_pickle(std::span<const std::uint8_t> bytes, bool (*allowed)(std::string_view global),
                   const std::string& name);

}  // namespace giemsa
