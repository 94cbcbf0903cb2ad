#include "giemsa/data/record_numbers.h"

namespace giemsa {

std::unordered_map<std::string_view, std::size_t> record_numbers(const Source& source) {
  const auto records = source.records();
  std::unordered_map<std::string_view, std::size_t> numbers;
  numbers.reserve(2 * records.size());
  for (std::size_t i = 0; i < records.size(); ++i) numbers.emplace(records[i].id, i);
  for (std::size_t i = 0; i < records.size(); ++i) numbers.emplace(records[i].path, i);
  return numbers;
}

}  // namespace giemsa
