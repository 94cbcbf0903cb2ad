#include "giemsa/tune/config_fields.h"

#include <algorithm>

#include "giemsa/core/csv.h"
#include "giemsa/core/option_walker.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

class EveryField final : public OptionWalker {
 public:
  using Use = std::function<void(const std::string& key, const OptionRef&, const OptionSpec&)>;
  explicit EveryField(Use use) : use_(std::move(use)) {}

 private:
  void on_field(std::string_view name, OptionRef option, const OptionSpec& spec) override {
    use_(key(name), option, spec);
  }
  Use use_;
};

void for_each_field(Config& config, EveryField::Use use) {
  EveryField walker(std::move(use));
  describe(walker, config);
}

bool fits(const std::string& key, const std::string& pattern) {
  const auto is_number = [](const std::string& part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
  };
  return std::ranges::equal(split_text(key, '.'), split_text(pattern, '.'),
                            [&](const std::string& part, const std::string& wanted) {
                              return part == wanted || (wanted == "*" && is_number(part));
                            });
}

std::string text(bool value) { return value ? "true" : "false"; }
std::string text(std::int64_t value) { return std::to_string(value); }
std::string text(double value) { return shortest(value); }
std::string text(const std::string& value) { return value; }
std::string text(const std::vector<double>& values) {
  std::vector<std::string> items;
  for (const double value : values) items.push_back(shortest(value));
  return join(items, ",");
}

}  // namespace

bool with_field(Config& config, const std::string& key,
                const std::function<void(const OptionRef&, const OptionSpec&)>& use) {
  bool found = false;
  for_each_field(config, [&](const std::string& other, const OptionRef& option, const OptionSpec& spec) {
    if (other != key) return;
    found = true;
    use(option, spec);
  });
  return found;
}

std::vector<std::string> matching_keys(const Config& config, const std::string& pattern) {
  Config copy = config;
  std::vector<std::string> keys;
  for_each_field(copy, [&](const std::string& key, const OptionRef&, const OptionSpec&) {
    if (fits(key, pattern)) keys.push_back(key);
  });
  return keys;
}

std::string text_of(const OptionRef& option) {
  return std::visit([](const auto* value) { return text(*value); }, option);
}

}  // namespace giemsa
