#include "giemsa/core/option_walker.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// Collects all keys: those of fields, groups, lists and items.
class KeyCollector final : public OptionWalker {
 public:
  std::vector<std::string> keys;

 private:
  void on_field(std::string_view name, OptionRef, const OptionSpec&) override { keys.push_back(key(name)); }
  void begin_group(std::string_view name) override {
    keys.push_back(key(name));
    OptionWalker::begin_group(name);
  }
  std::optional<std::size_t> begin_list(std::string_view name, std::size_t size) override {
    keys.push_back(key(name));
    return OptionWalker::begin_list(name, size);
  }
  void begin_item(std::size_t index) override {
    keys.push_back(key(std::to_string(index)));
    OptionWalker::begin_item(index);
  }
};

std::vector<std::string> all_keys(const DescribeFunction& describe) {
  KeyCollector collector;
  describe(collector);
  return collector.keys;
}

bool contains(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string joined(const std::string& prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

std::vector<std::string> children(const std::vector<std::string>& keys, const std::string& prefix) {
  std::vector<std::string> names;
  for (const std::string& key : keys) {
    if (joined(prefix, last_part(key)) == key) names.emplace_back(last_part(key));
  }
  return names;
}

}  // namespace

std::string OptionWalker::key(std::string_view name) const { return joined(join(path_, "."), name); }

std::vector<std::string> names_under(const DescribeFunction& describe, const std::string& prefix) {
  return children(all_keys(describe), prefix);
}

std::string hint_for_unknown_key(const DescribeFunction& describe, const std::string& key) {
  const std::vector<std::string> keys = all_keys(describe);
  std::string known;         // the part of `key` that exists
  std::string_view unknown;  // the first part that does not
  std::string_view rest = key;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('.'), rest.size());
    unknown = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string longer = joined(known, unknown);
    if (!contains(keys, longer)) break;
    known = longer;
  }

  const std::vector<std::string> siblings = children(keys, known);
  if (siblings.empty()) return fmt::format("'{}' is a value and holds no further keys", known);
  if (const std::string nearest = nearest_candidate(unknown, siblings); !nearest.empty()) {
    const std::string corrected = joined(known, nearest);
    const std::string whole = rest.empty() ? corrected : joined(corrected, rest);
    return fmt::format("did you mean '{}'?", contains(keys, whole) ? whole : corrected);
  }
  for (const std::string& other : keys) {
    if (last_part(other) == last_part(key)) return fmt::format("did you mean '{}'?", other);
  }
  return fmt::format("one of: {}", join(siblings, ", "));
}

}  // namespace giemsa
