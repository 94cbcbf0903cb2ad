#include <fmt/format.h>

#include "giemsa/core/option_walker.h"
#include "giemsa/core/options.h"

namespace giemsa {
namespace {

std::string escaped(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

/// Writes a section per table; sections of inner tables follow that of the outer one.
class MarkdownWriter final : public OptionWalker {
 public:
  MarkdownWriter() { sections_.emplace_back(); }

  std::string text() const {
    std::string text = body(sections_.front()) + sections_.front().inner;
    if (text.starts_with('\n')) text.erase(0, 1);
    return text;
  }

 private:
  struct Section {
    std::string heading, rows, inner;
  };

  void on_field(std::string_view name, OptionRef option, const OptionSpec& spec) override {
    const std::string range = range_text(spec);
    const bool both = !spec.unit.empty() && !range.empty();
    sections_.back().rows += fmt::format(
        "| `{}` | {} | `{}` | {} | {} |\n", key(name), type_name(option), escaped(toml_literal(option)),
        escaped(fmt::format("{}{}{}", range, both ? ", " : "", spec.unit)), escaped(spec.doc));
  }

  void begin_group(std::string_view name) override {
    sections_.push_back({fmt::format("\n## [{}]\n", key(name)), {}, {}});
    OptionWalker::begin_group(name);
  }
  void end_group() override {
    OptionWalker::end_group();
    close_section();
  }

  std::optional<std::size_t> begin_list(std::string_view name, std::size_t size) override {
    const std::string amount = size == 0 ? "none" : std::to_string(size);
    sections_.push_back(
        {fmt::format("\n## [[{}]]\n\nA list; by default it has {} of these:\n", key(name), amount), {}, {}});
    return OptionWalker::begin_list(name, size);
  }
  void begin_item(std::size_t) override { path_.emplace_back("N"); }
  void end_list() override {
    OptionWalker::end_list();
    close_section();
  }
  bool wants_example_item() const override { return true; }

  static std::string body(const Section& section) {
    if (section.rows.empty()) return section.heading;
    return fmt::format("{}\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n{}",
                       section.heading, section.rows);
  }

  void close_section() {
    const Section section = std::move(sections_.back());
    sections_.pop_back();
    sections_.back().inner += body(section) + section.inner;
  }

  std::vector<Section> sections_;
};

}  // namespace

std::string to_markdown(const DescribeFunction& describe) {
  MarkdownWriter writer;
  describe(writer);
  return writer.text();
}

}  // namespace giemsa
