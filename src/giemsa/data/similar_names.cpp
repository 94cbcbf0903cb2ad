#include "giemsa/data/similar_names.h"

#include <string_view>
#include <unordered_map>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// What all spellings of a name have in common. A sign at the end stays: "CD4-" is not "CD4".
std::string plain_name(std::string_view name) {
  constexpr std::string_view kWhite = " \t\r\n\v\f", kSeparators = " \t\r\n\v\f_-";
  const std::size_t first = name.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  name = name.substr(first, name.find_last_not_of(kWhite) - first + 1);
  std::string plain;
  for (const char c : to_lower(name)) {
    const bool separator = kSeparators.find(c) != std::string_view::npos;
    if (separator && plain.ends_with('_')) continue;
    plain += separator ? '_' : c;
  }
  return plain;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> similar_class_names(
    const std::vector<std::string>& classes) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::unordered_map<std::string, std::string> spellings;
  for (const std::string& name : classes) {
    const auto [known, fresh] = spellings.emplace(plain_name(name), name);
    if (!fresh) pairs.emplace_back(known->second, name);
  }
  return pairs;
}

}  // namespace giemsa
