#pragma once
#include <functional>
#include <string>
#include <vector>

#include "giemsa/core/option_value.h"
#include "giemsa/run/config.h"

namespace giemsa {

/// Calls use(field, spec) with the option `key` of `config`, e.g. "stages.0.lr"; returns whether there is
/// one.
bool with_field(Config& config, const std::string& key,
                const std::function<void(const OptionRef&, const OptionSpec&)>& use);

/// The keys of all options that fit `pattern`, in which "*" stands for the number of any item: "stages.*.lr".
std::vector<std::string> matching_keys(const Config& config, const std::string& pattern);

/// The present value as --set takes it.
std::string text_of(const OptionRef& option);

}  // namespace giemsa
