#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "giemsa/core/options.h"

namespace giemsa {

/// The place where a field of an options struct keeps its value.
using OptionRef = std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<double>*>;

/// Whether the value keeps to the range and the choices of `spec`; NaN keeps to no range.
bool allowed(bool value, const OptionSpec& spec);
bool allowed(std::int64_t value, const OptionSpec& spec);
bool allowed(double value, const OptionSpec& spec);
bool allowed(const std::string& value, const OptionSpec& spec);
bool allowed(const std::vector<double>& value, const OptionSpec& spec);

/// Reads `text` as the type of the field ("true", "32", "1e-4", "0.9,0.99", …).
/// Returns false and changes nothing when it is no such value or not allowed.
bool assign_text(const OptionRef& option, std::string_view text, const OptionSpec& spec);

/// "whole number", "list of numbers", …
std::string type_name(const OptionRef& option);

/// "from 1 to 64", "at least 0", "one of: a, b"; "" when anything goes.
std::string range_text(const OptionSpec& spec);

/// "a whole number from 1 to 64 (px)": the end of an error's sentence.
std::string expectation(const OptionRef& option, const OptionSpec& spec);

/// The present value as TOML. Throws Usage for text that is not UTF-8.
std::string toml_literal(const OptionRef& option);

}  // namespace giemsa
