#include <fmt/format.h>

#include <charconv>

#include "giemsa/core/error.h"
#include "giemsa/core/option_walker.h"
#include "giemsa/core/options.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// Finds the one field of a `key=value` and sets it.
class SettingWalker final : public OptionWalker {
 public:
  SettingWalker(std::string key, std::string_view value) : key_(std::move(key)), value_(value) {}
  bool found() const { return found_; }

  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
    throw Error(ErrorKind::Usage, fmt::format("[config] --set {}={}: {}", key_, value_, what), hint);
  }

 private:
  void on_field(std::string_view name, OptionRef option, const OptionSpec& spec) override {
    if (found_ || key(name) != key_) return;
    found_ = true;
    if (assign_text(option, value_, spec)) return;
    fail(fmt::format("expected {}", expectation(option, spec)),
         spec.choices.empty() ? std::string{} : suggest(value_, spec.choices));
  }

  std::optional<std::size_t> begin_list(std::string_view name, std::size_t size) override {
    const std::string prefix = key(name) + '.';
    if (key_.starts_with(prefix)) check_index(std::string_view(key_).substr(prefix.size()), name, size);
    return OptionWalker::begin_list(name, size);
  }

  void check_index(std::string_view rest, std::string_view list, std::size_t size) const {
    rest = rest.substr(0, rest.find('.'));
    std::size_t index = 0;
    const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    const bool number = result.ec == std::errc{} && result.ptr == rest.data() + rest.size();
    if (number && index < size) return;
    if (size == 0)
      fail(fmt::format("the list '{}' is empty", list), "give its items in a configuration file");
    fail(fmt::format("'{}' is no item of '{}', which has {}", rest, list, size),
         fmt::format("items are counted from 0 to {}", size - 1));
  }

  std::string key_;
  std::string_view value_;
  bool found_ = false;
};

}  // namespace

void apply_setting(const DescribeFunction& describe, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  require(equals != std::string_view::npos && equals > 0, ErrorKind::Usage,
          fmt::format("[config] --set {}: expected key=value", setting), "for example --set train.batch=32");
  const std::string key(setting.substr(0, equals));
  SettingWalker walker(key, setting.substr(equals + 1));
  describe(walker);
  if (walker.found()) return;
  if (const auto names = names_under(describe, key); !names.empty()) {
    walker.fail("that is a table, not a value", fmt::format("set one of its keys: {}", join(names, ", ")));
  }
  walker.fail("unknown key", hint_for_unknown_key(describe, key));
}

}  // namespace giemsa
