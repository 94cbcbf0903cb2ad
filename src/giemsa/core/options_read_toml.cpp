#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

#include "giemsa/core/error.h"
#include "giemsa/core/option_walker.h"
#include "giemsa/core/options.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

bool read(const toml::node& node, bool& value) {
  if (!node.is_boolean()) return false;
  value = node.as_boolean()->get();
  return true;
}
bool read(const toml::node& node, std::int64_t& value) {
  if (!node.is_integer()) return false;
  value = node.as_integer()->get();
  return true;
}
bool read(const toml::node& node, double& value) {
  if (!node.is_number()) return false;  // 1 does for 1.0
  value = node.is_integer() ? static_cast<double>(node.as_integer()->get()) : node.as_floating_point()->get();
  return true;
}
bool read(const toml::node& node, std::string& value) {
  if (!node.is_string()) return false;
  value = node.as_string()->get();
  return true;
}
bool read(const toml::node& node, std::vector<double>& values) {
  const toml::array* array = node.as_array();
  if (!array) return false;
  return std::all_of(array->begin(), array->end(),
                     [&](const toml::node& item) { return read(item, values.emplace_back()); });
}

bool assign_node(const OptionRef& option, const toml::node& node, const OptionSpec& spec) {
  return std::visit(
      [&](auto* place) {
        std::decay_t<decltype(*place)> value{};
        if (!read(node, value) || !allowed(value, spec)) return false;
        *place = std::move(value);
        return true;
      },
      option);
}

/// What was got, for an error: `32`, `"fast"`, `[0.9, 2]`, "a table"; long values by their size.
std::string shown(const toml::node& node) {
  constexpr std::size_t kLongestText = 60, kLongestList = 6;
  if (const auto* text = node.as_string(); text && text->get().size() > kLongestText) {
    return fmt::format("a text of {} bytes", text->get().size());
  }
  const auto literal_of = [](auto value) { return toml_literal(&value); };
  if (const auto* boolean = node.as_boolean()) return literal_of(boolean->get());
  if (const auto* integer = node.as_integer()) return literal_of(integer->get());
  if (const auto* number = node.as_floating_point()) return literal_of(number->get());
  if (const auto* text = node.as_string()) return literal_of(text->get());
  if (node.is_table()) return "a table";
  if (const auto* array = node.as_array()) {
    if (array->is_array_of_tables()) return "a list of tables";
    if (array->size() > kLongestList) return fmt::format("a list of {} items", array->size());
    std::vector<std::string> items;
    for (const toml::node& item : *array) items.push_back(item.is_array() ? "a list" : shown(item));
    return fmt::format("[{}]", join(items, ", "));
  }
  return "a date or time";
}

/// Walks through the options and the tables of the text side by side.
class TomlReader final : public OptionWalker {
 public:
  TomlReader(const DescribeFunction& describe, const toml::table& root, const std::string& name)
      : describe_(describe), name_(name) {
    levels_.push_back({&root, {}});
  }

  /// Describe all options first. Throws for keys of the outermost table that none of them took.
  void finish() { close_level(); }

 private:
  /// A table of the text (null where it has none for the options at hand) and the names that options have
  /// taken.
  struct Level {
    const toml::table* table;
    std::vector<std::string> taken;
  };

  /// The value at `name`, which counts as taken; null when the text has none.
  const toml::node* take(std::string_view name) {
    Level& level = levels_.back();
    level.taken.emplace_back(name);
    return level.table ? level.table->get(name) : nullptr;
  }

  void on_field(std::string_view name, OptionRef option, const OptionSpec& spec) override {
    const toml::node* node = take(name);
    if (!node || assign_node(option, *node, spec)) return;
    const std::string* word = node->is_string() ? &node->as_string()->get() : nullptr;
    fail(node->source(),
         fmt::format("{} = {}; expected {}", key(name), shown(*node), expectation(option, spec)),
         word && !spec.choices.empty() ? suggest(*word, spec.choices) : std::string{});
  }

  void begin_group(std::string_view name) override {
    const toml::node* node = take(name);
    if (node && !node->is_table()) {
      fail(node->source(), fmt::format("{} = {}; expected a table", key(name), shown(*node)),
           fmt::format("write [{}] and its keys below it", key(name)));
    }
    levels_.push_back({node ? node->as_table() : nullptr, {}});
    OptionWalker::begin_group(name);
  }
  void end_group() override {
    close_level();
    OptionWalker::end_group();
  }

  std::optional<std::size_t> begin_list(std::string_view name, std::size_t size) override {
    const toml::node* node = take(name);
    const toml::array* array = node ? node->as_array() : nullptr;
    if (node &&
        (!array || !std::all_of(array->begin(), array->end(), [](auto& item) { return item.is_table(); }))) {
      fail(node->source(), fmt::format("{} = {}; expected a list of tables", key(name), shown(*node)),
           fmt::format("write [[{}]] and the keys of an item below it, once per item", name));
    }
    arrays_.push_back(array);
    OptionWalker::begin_list(name, size);
    return array ? std::optional(array->size()) : std::nullopt;
  }
  void begin_item(std::size_t index) override {
    const toml::array* array = arrays_.back();
    levels_.push_back({array ? array->get_as<toml::table>(index) : nullptr, {}});
    OptionWalker::begin_item(index);
  }
  void end_item() override {
    close_level();
    OptionWalker::end_item();
  }
  void end_list() override {
    arrays_.pop_back();
    OptionWalker::end_list();
  }

  void close_level() {
    const Level level = std::move(levels_.back());
    levels_.pop_back();
    if (!level.table) return;
    for (const auto& [name, node] : *level.table) {
      if (std::find(level.taken.begin(), level.taken.end(), name.str()) != level.taken.end()) continue;
      const std::string full = key(name.str());
      fail(name.source(), fmt::format("unknown key '{}'", full), hint_for_unknown_key(describe_, full));
    }
  }

  [[noreturn]] void fail(const toml::source_region& where, const std::string& what,
                         const std::string& hint) const {
    throw Error(ErrorKind::Usage, fmt::format("[config] {}, line {}: {}", name_, where.begin.line, what),
                hint);
  }

  const DescribeFunction& describe_;
  const std::string& name_;
  std::vector<Level> levels_;
  std::vector<const toml::array*> arrays_;
};

}  // namespace

void apply_toml(const DescribeFunction& describe, std::string_view toml, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(toml);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::Usage,
                fmt::format("[config] {}, line {}: not TOML: {}", name, error.source().begin.line,
                            error.description()),
                "see https://toml.io for how TOML is written");
  }
  TomlReader reader(describe, root, name);
  describe(reader);
  reader.finish();
}

std::optional<int> toml_line(std::string_view toml, std::string_view key) {
  toml::table root;
  try {
    root = toml::parse(toml);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
  const toml::node* node = &root;
  for (const std::string& name : split_text(std::string(key), '.')) {
    if (const toml::table* table = node->as_table()) {
      node = table->get(name);
    } else if (const toml::array* array = node->as_array()) {
      std::size_t index = array->size();
      std::from_chars(name.data(), name.data() + name.size(), index);
      node = index < array->size() ? array->get(index) : nullptr;
    } else {
      node = nullptr;
    }
    if (!node) return std::nullopt;
  }
  return static_cast<int>(node->source().begin.line);
}

}  // namespace giemsa
