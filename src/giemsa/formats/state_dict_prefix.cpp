#include "giemsa/formats/state_dict_prefix.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace giemsa {

namespace {

constexpr std::array<std::string_view, 4> kPrefixes{"module.", "_orig_mod.", "model.", "net."};

/// The bytes before every name that wrappers put there; something is left of each name.
std::size_t common_prefix(const std::vector<std::string>& names) {
  std::size_t bytes = 0;
  const auto before_all = [&](std::string_view prefix) {
    return std::ranges::all_of(names, [&](std::string_view name) {
      name.remove_prefix(bytes);
      return name.starts_with(prefix) && name.size() > prefix.size();
    });
  };
  for (;;) {
    const auto found = std::ranges::find_if(kPrefixes, before_all);
    if (found == kPrefixes.end()) return bytes;
    bytes += found->size();
  }
}

template <class Value>
void shorten_keys(std::map<std::string, Value>& map, std::size_t bytes) {
  std::map<std::string, Value> out;
  for (auto& [name, value] : map) out.emplace_hint(out.end(), name.substr(bytes), std::move(value));
  map = std::move(out);
}

}  // namespace

void remove_common_prefix(WeightFile& file) {
  if (file.order.empty()) return;
  const std::size_t bytes = common_prefix(file.order);
  if (bytes == 0) return;
  file.removed_prefix = file.order.front().substr(0, bytes);
  for (std::string& name : file.order) name.erase(0, bytes);
  shorten_keys(file.tensors, bytes);
  shorten_keys(file.stored_types, bytes);
}

}  // namespace giemsa
