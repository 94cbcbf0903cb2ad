#include "giemsa/data/subset.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

class Subset final : public Source {
 public:
  Subset(const Source& source, const std::vector<SubsetRecord>& chosen) : source_(source) {
    const auto all = source.records();
    for (const auto& [number, label] : chosen) {
      require(number < all.size() && label < static_cast<int>(source.classes().size()), ErrorKind::Internal,
              fmt::format("[data] no record {} or no class {}", number, label));
      numbers_.push_back(number);
      records_.push_back(all[number]);
      records_.back().label = label;
    }
  }

  const std::vector<std::string>& classes() const override { return source_.classes(); }
  bool has_files() const override { return source_.has_files(); }
  std::span<const Record> records() const override { return records_; }
  Bytes read(std::size_t index) const override { return source_.read(numbers_.at(index)); }
  Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const override {
    return source_.decode(numbers_.at(index), bytes);
  }

 private:
  const Source& source_;
  std::vector<std::size_t> numbers_;
  std::vector<Record> records_;
};

}  // namespace

std::unique_ptr<Source> subset(const Source& source, const std::vector<SubsetRecord>& records) {
  return std::make_unique<Subset>(source, records);
}

}  // namespace giemsa
