#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// What a person may know of one option besides its name, type and default.
struct OptionSpec {
  std::string_view doc;                                   ///< one sentence
  std::string_view unit = "";                             ///< "px", "deg", "epochs", …
  double min = -std::numeric_limits<double>::infinity();  ///< smallest number allowed
  double max = std::numeric_limits<double>::infinity();   ///< largest number allowed
  std::vector<std::string> choices = {};                  ///< the words allowed; empty: any
};

/// Visits the fields of an options struct. One `describe(OptionVisitor&, Options&)` per struct is all that
/// is written by hand; TOML keys, `--set`, the saved config.toml and docs/config.md come from it.
///
///     void describe(OptionVisitor& visit, LoaderOptions& o) {
///       visit.field("threads", o.threads, {.doc = "Threads that prepare batches.", .min = 0, .max = 256});
///     }
class OptionVisitor {
 public:
  virtual ~OptionVisitor() = default;
  virtual void field(std::string_view name, bool& value, const OptionSpec& spec) = 0;
  virtual void field(std::string_view name, std::int64_t& value, const OptionSpec& spec) = 0;
  virtual void field(std::string_view name, double& value, const OptionSpec& spec) = 0;
  virtual void field(std::string_view name, std::string& value, const OptionSpec& spec) = 0;
  virtual void field(std::string_view name, std::vector<double>& value, const OptionSpec& spec) = 0;

  /// A table of fields: [name].
  template <class Options>
  void group(std::string_view name, Options& options) {
    begin_group(name);
    describe(*this, options);
    end_group();
  }
  /// An array of tables: [[name]].
  template <class Options>
  void list(std::string_view name, std::vector<Options>& items) {
    if (const auto size = begin_list(name, items.size())) items.assign(*size, Options{});
    const auto visit_item = [this](std::size_t index, Options& item) {
      begin_item(index);
      describe(*this, item);
      end_item();
    };
    if (wants_example_item()) {
      Options example;
      visit_item(0, example);
    } else {
      for (std::size_t i = 0; i < items.size(); ++i) visit_item(i, items[i]);
    }
    end_list();
  }

 protected:
  virtual void begin_group(std::string_view name) = 0;
  virtual void end_group() = 0;
  /// Returns the length of a list that is given anew, which makes that many items with their defaults;
  /// nothing leaves the list as it is.
  virtual std::optional<std::size_t> begin_list(std::string_view name, std::size_t size) = 0;
  virtual void begin_item(std::size_t index) = 0;
  virtual void end_item() = 0;
  virtual void end_list() = 0;
  /// True where the list's items do not matter, but what an item may hold: one with its defaults is shown.
  virtual bool wants_example_item() const { return false; }
};

/// Hands the fields of any options struct to a visitor; type-erased so that readers need no templates.
using DescribeFunction = std::function<void(OptionVisitor&)>;

/// Applies the keys of a TOML text. `name` (a file or recipe) and the line stand in every error: an unknown
/// key (with the nearest candidate), a wrong type, a value out of range. An array of tables replaces the list
/// that it names. Throws Usage; the options may then be changed in part.
void apply_toml(const DescribeFunction& describe, std::string_view toml, const std::string& name);

/// The line of a TOML text, from 1, on which `key` ("stages.1.freeze") gets its value; nothing where it does not.
std::optional<int> toml_line(std::string_view toml, std::string_view key);

/// Applies one `key=value` of the command line, e.g. "train.batch=32", "stages.1.lr=1e-4" or
/// "optimizer.betas=0.9,0.99". Throws Usage; the options are then unchanged.
void apply_setting(const DescribeFunction& describe, std::string_view setting);

/// All options with their present values as TOML that apply_toml takes, in the order in which they are
/// described; each with its sentence as a comment when `with_docs`. Throws Usage for text that is not UTF-8.
std::string to_toml(const DescribeFunction& describe, bool with_docs);

/// A Markdown table per group: key, type, default (the present value), range, meaning.
std::string to_markdown(const DescribeFunction& describe);

}  // namespace giemsa
