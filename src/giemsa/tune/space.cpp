#include "giemsa/tune/space.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/option_walker.h"
#include "giemsa/core/text.h"
#include "giemsa/tune/config_fields.h"

namespace giemsa {
namespace {

using Kind = SpaceEntry::Kind;

const std::vector<std::string> kKinds{"uniform", "log", "integer", "choice"};
constexpr const char* kExample = "for example \"train.batch\" = {choice = [16, 32, 64]}; docs/search.md";
constexpr std::size_t kMostChoices = 1000;

/// Options that all trials must share, and why.
struct Fixed {
  const char* key;
  const char* why;
};
constexpr std::array kFixed{
    Fixed{"data.split", "the trials would be measured on different pictures"},
    Fixed{"data.ratios", "the trials would be measured on different pictures"},
    Fixed{"data.groups", "the trials would be measured on different pictures"},
    Fixed{"train.seed", "it also names the split, so the trials would be measured on different pictures"},
    Fixed{"train.threads", "--jobs decides it"},
    Fixed{"train.select", "--metric decides it"},
};

class SpaceReader {
 public:
  SpaceReader(const std::string& name, const Config& recipe) : name_(name), recipe_(recipe) {}

  Space read(std::string_view text) {
    const toml::table root = parse(text);
    for (const auto& [key, node] : root) {
      if (key.str() != "space") {
        fail(node, fmt::format("unknown key '{}'", key.str()), "the one table of a space is [space]");
      }
    }
    const toml::node* table = root.get("space");
    if (!table || !table->is_table() || table->as_table()->empty()) {
      throw Error(ErrorKind::Usage, fmt::format("[space] {}: no table [space] with options to search", name_),
                  kExample);
    }
    descend(*table->as_table(), "");
    std::ranges::sort(space_, {}, &SpaceEntry::key);
    return std::move(space_);
  }

 private:
  [[noreturn]] void fail(const toml::node& node, const std::string& what,
                         const std::string& hint = {}) const {
    throw Error(ErrorKind::Usage,
                fmt::format("[space] {}, line {}: {}", name_, node.source().begin.line, what), hint);
  }

  toml::table parse(std::string_view text) const {
    try {
      return toml::parse(text);
    } catch (const toml::parse_error& error) {
      throw Error(ErrorKind::Usage,
                  fmt::format("[space] {}, line {}: not TOML: {}", name_, error.source().begin.line,
                              error.description()),
                  kExample);
    }
  }

  /// Keys may be quoted whole, or bare, which TOML reads as tables in tables.
  void descend(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key =
          prefix.empty() ? std::string(name.str()) : fmt::format("{}.{}", prefix, name.str());
      const toml::table* inner = node.as_table();
      if (!inner) {
        fail(node, fmt::format("'{}' is given a value; expected a range or a choice", key),
             suggest(std::string(name.str()), kKinds) + "; " + kExample);
      }
      const bool is_entry =
          std::ranges::any_of(kKinds, [&](const std::string& kind) { return inner->contains(kind); });
      if (is_entry) {
        add(key, *inner);
      } else {
        descend(*inner, key);
      }
    }
  }

  void add(const std::string& key, const toml::table& table) {
    SpaceEntry entry{.key = key, .options = options_of(key, table)};
    read_values(entry, table);
    std::vector<std::string> own;
    for (const std::string& option : entry.options) {
      with_field(recipe_, option, [&](const OptionRef& field, const OptionSpec& spec) {
        const std::string value = text_of(field);
        if (std::ranges::find(own, value) == own.end()) own.push_back(value);
        check(entry, option, table, field, spec);
      });
    }
    entry.own = join(own, " / ");
    space_.push_back(std::move(entry));
  }

  std::vector<std::string> options_of(const std::string& key, const toml::node& where) {
    const std::vector<std::string> options = matching_keys(recipe_, key);
    if (options.empty()) {
      std::string concrete = key;
      std::ranges::replace(concrete, '*', '0');
      fail(where, fmt::format("unknown key '{}'", key),
           hint_for_unknown_key([this](OptionVisitor& visit) { describe(visit, recipe_); }, concrete));
    }
    for (const std::string& option : options) {
      for (const Fixed& fixed : kFixed) {
        if (option == fixed.key) fail(where, fmt::format("'{}' cannot be searched: {}", option, fixed.why));
      }
      const auto [before, is_new] = named_.emplace(option, key);
      if (!is_new) fail(where, fmt::format("'{}' sets '{}', as '{}' does", key, option, before->second));
    }
    return options;
  }

  /// Takes the entry's kind and its numbers or choices, without a look at the options.
  void read_values(SpaceEntry& entry, const toml::table& table) const {
    std::string kind;
    for (const auto& [name, node] : table) {
      const auto known = std::ranges::find(kKinds, std::string(name.str()));
      if (known == kKinds.end() && name.str() != "step") {
        fail(node, fmt::format("{}: unknown word '{}'", entry.key, name.str()),
             suggest(std::string(name.str()), kKinds));
      }
      if (known == kKinds.end()) continue;
      if (!kind.empty()) fail(node, fmt::format("{} is both {} and {}", entry.key, kind, *known));
      kind = *known;
      entry.kind = static_cast<Kind>(known - kKinds.begin());
    }
    const toml::node& values = *table.get(kind);
    if (entry.kind == Kind::Choice) {
      read_choices(entry, values);
    } else {
      read_range(entry, kind, values);
    }
    if (const toml::node* step = table.get("step")) {
      const auto value = step->value<std::int64_t>();
      if (entry.kind != Kind::Integer || !step->is_integer() || *value < 1) {
        fail(*step,
             fmt::format("{}: step is a whole number from 1, beside integer = [low, high]", entry.key));
      }
      entry.step = *value;
    }
  }

  void read_range(SpaceEntry& entry, const std::string& kind, const toml::node& values) const {
    const toml::array* ends = values.as_array();
    const bool whole = entry.kind == Kind::Integer;
    const bool numbers = ends && ends->size() == 2 && std::ranges::all_of(*ends, [&](const toml::node& end) {
                           return whole ? end.is_integer() : end.is_number();
                         });
    if (!numbers) {
      fail(values, fmt::format("{}: {} = [low, high] of two {} is expected", entry.key, kind,
                               whole ? "whole numbers" : "numbers"));
    }
    entry.low = *ends->get(0)->value<double>();
    entry.high = *ends->get(1)->value<double>();
    constexpr double kLargest = 1e15;  // beyond, doubles do not hold every whole number
    if (!(entry.low < entry.high) || !(std::abs(entry.low) <= kLargest) ||
        !(std::abs(entry.high) <= kLargest)) {
      fail(values, fmt::format("{}: {} = [{}, {}]; the first must be below the second", entry.key, kind,
                               shortest(entry.low), shortest(entry.high)));
    }
    if (entry.kind == Kind::Log && entry.low <= 0) {
      fail(values,
           fmt::format("{}: log = [{}, {}]; a logarithm needs numbers above 0", entry.key,
                       shortest(entry.low), shortest(entry.high)),
           "take uniform, or a small number instead of 0");
    }
  }

  void read_choices(SpaceEntry& entry, const toml::node& values) const {
    const toml::array* items = values.as_array();
    if (!items || items->empty() || items->size() > kMostChoices) {
      fail(values,
           fmt::format("{}: choice = [a, b, …] of 1 to {} values is expected", entry.key, kMostChoices));
    }
    for (const toml::node& item : *items) entry.choices.push_back(choice_text(entry, item));
  }

  std::string choice_text(const SpaceEntry& entry, const toml::node& item) const {
    if (const auto* text = item.as_string()) return text->get();
    if (const auto* flag = item.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* whole = item.as_integer()) return std::to_string(whole->get());
    if (const auto* number = item.as_floating_point()) return shortest(number->get());
    if (const auto* list = item.as_array()) {
      std::vector<std::string> parts;
      for (const toml::node& part : *list) {
        if (!part.is_number()) fail(part, fmt::format("{}: a list in a choice holds numbers", entry.key));
        parts.push_back(choice_text(entry, part));
      }
      return join(parts, ",");
    }
    fail(item, fmt::format("{}: a choice is a word, a number, true, false or a list of numbers", entry.key));
  }

  /// Whether the option takes what may be drawn: the ends of a range, or every choice.
  void check(const SpaceEntry& entry, const std::string& option, const toml::node& where,
             const OptionRef& field, const OptionSpec& spec) {
    const bool real = std::holds_alternative<double*>(field);
    const bool whole = std::holds_alternative<std::int64_t*>(field);
    const bool fits = entry.kind == Kind::Choice || real || (entry.kind == Kind::Integer && whole);
    if (!fits) {
      fail(where,
           fmt::format("{} is a {}, which {} does not give", option, type_name(field),
                       kKinds[static_cast<std::size_t>(entry.kind)]),
           whole ? "take integer = [low, high], or choice" : "take choice = [a, b, …]");
    }
    std::vector<std::string> values = entry.choices;
    if (entry.kind != Kind::Choice) {
      const auto text = [&](double end) {
        return entry.kind == Kind::Integer ? std::to_string(static_cast<std::int64_t>(end)) : shortest(end);
      };
      values = {text(entry.low), text(entry.high)};
    }
    const std::string before = text_of(field);
    for (const std::string& value : values) {
      if (assign_text(field, value, spec)) continue;
      fail(where, fmt::format("{} = {}; expected {}", option, value, expectation(field, spec)),
           spec.choices.empty() ? std::string{} : suggest(value, spec.choices));
    }
    assign_text(field, before, spec);
  }

  const std::string& name_;
  Config recipe_;
  Space space_;
  std::map<std::string, std::string> named_;  ///< option → the key that names it
};

}  // namespace

Space parse_space(std::string_view toml, const std::string& name, const Config& recipe) {
  return SpaceReader(name, recipe).read(toml);
}

}  // namespace giemsa
