#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/core/option_value.h"
#include "giemsa/core/options.h"

namespace giemsa {

/// A visitor that knows where it stands ("stages.1") and takes the fields of all types through one function.
class OptionWalker : public OptionVisitor {
 public:
  void field(std::string_view name, bool& value, const OptionSpec& spec) final {
    on_field(name, &value, spec);
  }
  void field(std::string_view name, std::int64_t& value, const OptionSpec& spec) final {
    on_field(name, &value, spec);
  }
  void field(std::string_view name, double& value, const OptionSpec& spec) final {
    on_field(name, &value, spec);
  }
  void field(std::string_view name, std::string& value, const OptionSpec& spec) final {
    on_field(name, &value, spec);
  }
  void field(std::string_view name, std::vector<double>& value, const OptionSpec& spec) final {
    on_field(name, &value, spec);
  }

 protected:
  virtual void on_field(std::string_view name, OptionRef value, const OptionSpec& spec) = 0;

  void begin_group(std::string_view name) override { path_.emplace_back(name); }
  void end_group() override { path_.pop_back(); }
  std::optional<std::size_t> begin_list(std::string_view name, std::size_t) override {
    path_.emplace_back(name);
    return std::nullopt;
  }
  void begin_item(std::size_t index) override { path_.push_back(std::to_string(index)); }
  void end_item() override { path_.pop_back(); }
  void end_list() override { path_.pop_back(); }

  /// The full key of `name` at the present place: "stages.1.lr".
  std::string key(std::string_view name) const;

  std::vector<std::string> path_;  ///< groups, lists and item numbers around the present place
};

/// The hint for a key that is none of `describe`'s: the nearest one beside it, or one of the same name
/// elsewhere, or all that stand beside it.
std::string hint_for_unknown_key(const DescribeFunction& describe, const std::string& key);

/// The names that may follow `prefix` ("" for the outermost ones).
std::vector<std::string> names_under(const DescribeFunction& describe, const std::string& prefix);

}  // namespace giemsa
