#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <optional>

#include "giemsa/convert/convert.h"
#include "giemsa/convert/npz_writer.h"
#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/text.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {
namespace {

struct Size {
  int width = 0, height = 0;
  auto operator<=>(const Size&) const = default;
};

/// What a first look at every picture says.
struct Look {
  std::vector<Size> sizes;                    ///< by record; of those that are not found broken
  std::vector<std::optional<Finding>> found;  ///< by record
};

Look look_at_all(const Source& source, const ProgressCallback& progress) {
  const auto records = source.records();
  const bool split = std::ranges::any_of(records, [](const Record& r) { return r.official != Part::None; });
  Look look{std::vector<Size>(records.size()), std::vector<std::optional<Finding>>(records.size())};
  std::atomic<std::uint64_t> done = 0;
  parallel_for(records.size(), 0, [&](std::size_t i) {
    if (records[i].label < 0) {
      look.found[i] = unlabelled_finding(records[i]);
    } else if (split && records[i].official == Part::None) {
      look.found[i] =
          Finding{records[i].id, "no_part", "in no part of the split, which the arrays are made by"};
    } else if (const auto picture = load_or_find(source, i, look.found[i])) {
      look.sizes[i] = {picture->width(), picture->height()};
    }
    const std::uint64_t now = ++done;
    if (progress) progress(now, 2 * records.size());
  });
  return look;
}

/// The size that all arrays have.
Size common_size(const Look& look, const NpzOptions& options) {
  if (options.size_px > 0) return {static_cast<int>(options.size_px), static_cast<int>(options.size_px)};
  std::map<Size, std::size_t> counts;
  for (std::size_t i = 0; i < look.sizes.size(); ++i) {
    if (!look.found[i]) ++counts[look.sizes[i]];
  }
  const auto [size, count] = *counts.begin();
  if (counts.size() > 1) {
    const auto& [other, others] = *counts.rbegin();
    throw Error(
        ErrorKind::Data,
        fmt::format("[convert] pictures of {} sizes, such as {}×{} px ({}) and {}×{} px ({}); an array "
                    "holds one size",
                    counts.size(), size.width, size.height, count, other.width, other.height, others),
        "--size 96 resizes all");
  }
  return size;
}

/// The pixels of some records one after the other, decoded a few megabytes ahead on all processors.
class PixelStream {
 public:
  PixelStream(const Source& source, std::vector<std::size_t> records, Size size, const NpzOptions& options,
              std::function<void(std::size_t)> advance)
      : source_(source),
        records_(std::move(records)),
        size_(size),
        options_(options),
        advance_(std::move(advance)) {}

  void fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
      if (at_ == ahead_.size()) decode_ahead();
      const std::size_t count = std::min(out.size(), ahead_.size() - at_);
      std::copy_n(ahead_.begin() + static_cast<std::ptrdiff_t>(at_), count, out.begin());
      at_ += count;
      out = out.subspan(count);
    }
  }

 private:
  void decode_ahead() {
    constexpr std::size_t kAheadBytes = 32 << 20;
    const std::size_t picture_bytes = std::size_t{3} * size_.width * size_.height;
    const std::size_t count =
        std::min(records_.size() - next_, std::max<std::size_t>(1, kAheadBytes / picture_bytes));
    ahead_.resize(count * picture_bytes);
    at_ = 0;
    parallel_for(count, 0, [&](std::size_t i) {
      const std::size_t record = records_[next_ + i];
      Image picture = source_.load(record);
      if (options_.size_px > 0) {
        picture = crop_and_resize(picture, {.crop_px = options_.crop_px, .input_px = options_.size_px});
      }
      require(Size{picture.width(), picture.height()} == size_, ErrorKind::Data,
              fmt::format("[convert] '{}' changed while it was read", source_.records()[record].id));
      std::ranges::copy(picture.bytes(), ahead_.begin() + static_cast<std::ptrdiff_t>(i * picture_bytes));
    });
    next_ += count;
    advance_(count);
  }

  const Source& source_;
  std::vector<std::size_t> records_;
  Size size_;
  NpzOptions options_;
  std::function<void(std::size_t)> advance_;
  std::vector<std::uint8_t> ahead_;
  std::size_t at_ = 0, next_ = 0;
};

void check_options(const NpzOptions& options) {
  const auto check = [](const char* name, std::int64_t px) {
    require(px >= 0 && px <= kMaxInputPx, ErrorKind::Usage,
            fmt::format("[convert] {} is {} px; 1 to {} is expected", name, px, kMaxInputPx));
  };
  check("size", options.size_px);
  check("crop", options.crop_px);
  require(options.crop_px == 0 || options.size_px > 0, ErrorKind::Usage,
          "[convert] a crop without a size: pictures smaller than the crop would differ in size",
          "give --size, too");
}

/// NumPy's text is Unicode.
void check_subjects(std::span<const Record> records) {
  for (const Record& record : records) {
    require(is_utf8(record.subject), ErrorKind::Data,
            fmt::format("[convert] the subject '{}' of '{}' is not UTF-8", printable(record.subject),
                        printable(record.id)),
            "rename it first");
  }
}

}  // namespace

Converted write_npz(const Source& source, const std::filesystem::path& npz, const NpzOptions& options,
                    const ProgressCallback& progress) {
  check_options(options);
  const auto records = source.records();
  check_subjects(records);
  NpzWriter writer(npz);  // first, so that what cannot be written fails before the pictures are read
  Look look = look_at_all(source, progress);
  std::map<Part, std::vector<std::size_t>> parts;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!look.found[i]) parts[records[i].official].push_back(i);
  }
  require(!parts.empty(), ErrorKind::Data, "[convert] no picture can be read");
  const Size size = common_size(look, options);

  Converted converted;
  for (auto& finding : look.found) {
    if (finding) converted.findings.push_back(std::move(*finding));
  }
  converted.pictures = records.size() - converted.findings.size();

  std::uint64_t done = records.size();
  const auto advance = [&](std::size_t count) {
    done += count;
    if (progress) progress(done, records.size() + converted.pictures);
  };
  const bool subjects = std::ranges::any_of(records, [](const Record& r) { return !r.subject.empty(); });
  for (const auto& [part, members] : parts) {
    const NpyHeader header{.kind = 'u',
                           .item_bytes = 1,
                           .shape = {members.size(), static_cast<std::uint64_t>(size.height),
                                     static_cast<std::uint64_t>(size.width), 3}};
    require(
        header.data_bytes() <= kMaxNpyDataBytes, ErrorKind::Data,
        fmt::format("[convert] {} pictures of {}×{} px take {} bytes in one array; at most {} are read back",
                    members.size(), size.width, size.height, header.data_bytes(), kMaxNpyDataBytes),
        "a smaller --size");
    const std::string prefix = part == Part::None ? "" : part_name(part) + "_";
    const auto stream = std::make_shared<PixelStream>(source, members, size, options, advance);
    writer.add(prefix + "images", header, [stream](std::span<std::uint8_t> out) { stream->fill(out); });
    std::vector<int> labels;
    for (const std::size_t i : members) labels.push_back(records[i].label);
    std::vector<std::uint64_t> shape{labels.size()};
    if (part != Part::None) shape.push_back(1);  // MedMNIST's labels are a column
    writer.add_integers(prefix + "labels", shape, labels);
    if (subjects) {
      std::vector<std::string> names;
      for (const std::size_t i : members) names.push_back(records[i].subject);
      writer.add_text(prefix + "subjects", names);
    }
  }
  writer.add_text("class_names", source.classes());
  writer.commit();
  return converted;
}

}  // namespace giemsa
