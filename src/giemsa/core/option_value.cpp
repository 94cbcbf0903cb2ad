#include "giemsa/core/option_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

template <class Number>
bool parse_number(std::string_view text, Number& value) {
  text = trimmed(text);
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

bool parse(std::string_view text, bool& value) {
  value = trimmed(text) == "true";
  return value || trimmed(text) == "false";
}
bool parse(std::string_view text, std::int64_t& value) { return parse_number(text, value); }
bool parse(std::string_view text, double& value) { return parse_number(text, value); }
bool parse(std::string_view text, std::string& value) {
  value = text;
  return true;
}
bool parse(std::string_view text, std::vector<double>& values) {
  text = trimmed(text);
  if (text.starts_with('[') && text.ends_with(']')) {  // as it stands in config.toml
    text = trimmed(text.substr(1, text.size() - 2));
  }
  if (text.empty()) return true;
  for (const std::string& part : split_text(text, ',')) {
    if (!parse_number(part, values.emplace_back())) return false;
  }
  return true;
}

std::string literal(bool value) { return value ? "true" : "false"; }
std::string literal(std::int64_t value) { return fmt::format("{}", value); }
std::string literal(double value) {
  std::string text = fmt::format("{}", value);
  const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
  if (whole) text += ".0";  // TOML tells numbers from whole numbers by the point
  return text;
}
std::string literal(const std::string& value) {
  require(is_utf8(value), ErrorKind::Usage, "[config] a text is not UTF-8, so TOML cannot hold it: " + value,
          "rename the file or folder that it names");
  std::string text = "\"";
  for (const char c : value) {
    switch (c) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (const auto code = static_cast<unsigned char>(c); code < 0x20 || code == 0x7F) {
          text += fmt::format("\\u{:04X}", code);
        } else {
          text += c;
        }
    }
  }
  return text + '"';
}
std::string literal(const std::vector<double>& values) {
  std::vector<std::string> items;
  items.reserve(values.size());
  for (const double value : values) items.push_back(literal(value));
  return fmt::format("[{}]", join(items, ", "));
}

}  // namespace

bool allowed(bool, const OptionSpec&) { return true; }
bool allowed(std::int64_t value, const OptionSpec& spec) { return allowed(static_cast<double>(value), spec); }
bool allowed(double value, const OptionSpec& spec) { return value >= spec.min && value <= spec.max; }
bool allowed(const std::string& value, const OptionSpec& spec) {
  return spec.choices.empty() ||
         std::find(spec.choices.begin(), spec.choices.end(), value) != spec.choices.end();
}
bool allowed(const std::vector<double>& value, const OptionSpec& spec) {
  return std::all_of(value.begin(), value.end(), [&](double item) { return allowed(item, spec); });
}

bool assign_text(const OptionRef& option, std::string_view text, const OptionSpec& spec) {
  return std::visit(
      [&](auto* place) {
        std::decay_t<decltype(*place)> value{};
        if (!parse(text, value) || !allowed(value, spec)) return false;
        *place = std::move(value);
        return true;
      },
      option);
}

std::string type_name(const OptionRef& option) {
  constexpr std::array<const char*, std::variant_size_v<OptionRef>> kNames = {
      "true or false", "whole number", "number", "text", "list of numbers"};
  return kNames[option.index()];
}

std::string range_text(const OptionSpec& spec) {
  if (!spec.choices.empty()) return fmt::format("one of: {}", join(spec.choices, ", "));
  const bool from = std::isfinite(spec.min), to = std::isfinite(spec.max);
  if (from && to) return fmt::format("from {} to {}", spec.min, spec.max);
  if (from) return fmt::format("at least {}", spec.min);
  if (to) return fmt::format("at most {}", spec.max);
  return {};
}

std::string expectation(const OptionRef& option, const OptionSpec& spec) {
  const bool countable =
      !std::holds_alternative<bool*>(option) && !std::holds_alternative<std::string*>(option);
  std::string text = fmt::format("{}{}", countable ? "a " : "", type_name(option));
  if (const std::string range = range_text(spec); !range.empty()) {
    text = spec.choices.empty() ? fmt::format("{}, {}", text, range) : range;
  }
  return spec.unit.empty() ? text : fmt::format("{} ({})", text, spec.unit);
}

std::string toml_literal(const OptionRef& option) {
  return std::visit([](const auto* place) { return literal(*place); }, option);
}

}  // namespace giemsa
