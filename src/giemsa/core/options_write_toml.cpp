#include <fmt/format.h>

#include "giemsa/core/option_walker.h"
#include "giemsa/core/options.h"

namespace giemsa {
namespace {

/// Writes tables as they close: in TOML the plain keys of a table must stand before its sub-tables, whatever
/// the order of description.
class TomlWriter final : public OptionWalker {
 public:
  explicit TomlWriter(bool with_docs) : with_docs_(with_docs) { tables_.emplace_back(); }

  std::string text() const { return tables_.front().keys + tables_.front().tables; }

 private:
  /// A table that is being described.
  struct Table {
    std::string heading;  ///< "[train]", "[[stages]]"; "" for the outermost table
    std::string keys, tables;
    bool documented = true;  ///< of the items of a list only the first repeats the sentences
  };

  void on_field(std::string_view name, OptionRef option, const OptionSpec& spec) override {
    Table& table = tables_.back();
    if (with_docs_ && table.documented) {
      const std::string range = range_text(spec);
      const bool both = !spec.unit.empty() && !range.empty();
      const std::string limits = fmt::format("{}{}{}", spec.unit, both ? ", " : "", range);
      table.keys +=
          limits.empty() ? fmt::format("# {}\n", spec.doc) : fmt::format("# {} ({})\n", spec.doc, limits);
    }
    table.keys += fmt::format("{} = {}\n", name, toml_literal(option));
  }

  void begin_group(std::string_view name) override {
    names_.emplace_back(name);
    tables_.push_back({fmt::format("[{}]", heading()), {}, {}, tables_.back().documented});
  }
  void end_group() override {
    names_.pop_back();
    close_table();
  }

  std::optional<std::size_t> begin_list(std::string_view name, std::size_t size) override {
    if (size == 0) tables_.back().keys += fmt::format("{} = []\n", name);
    names_.emplace_back(name);
    return std::nullopt;
  }
  void begin_item(std::size_t index) override {
    tables_.push_back({fmt::format("[[{}]]", heading()), {}, {}, tables_.back().documented && index == 0});
  }
  void end_item() override { close_table(); }
  void end_list() override { names_.pop_back(); }

  std::string heading() const { return fmt::format("{}", fmt::join(names_, ".")); }

  void close_table() {
    const Table table = std::move(tables_.back());
    tables_.pop_back();
    tables_.back().tables += fmt::format("\n{}\n{}{}", table.heading, table.keys, table.tables);
  }

  bool with_docs_;
  std::vector<Table> tables_;
  std::vector<std::string> names_;  ///< as path_, without the numbers of items
};

}  // namespace

std::string to_toml(const DescribeFunction& describe, bool with_docs) {
  TomlWriter writer(with_docs);
  describe(writer);
  return writer.text();
}

}  // namespace giemsa
