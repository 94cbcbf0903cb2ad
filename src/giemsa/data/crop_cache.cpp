#include "giemsa/data/crop_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/data/crop_file.h"

namespace giemsa {

struct CropCache::Storage {
  std::vector<ImageView> views;  ///< one per record of the source
  std::vector<Image> squares;    ///< their pixels, when in memory
  std::optional<CropFile> file;  ///< their pixels, when on the disk
  std::uint64_t bytes = 0;
};

namespace {

Image copy_of(ImageView view) {
  Image copy(view.width, view.height);
  for (int y = 0; y < view.height; ++y) std::copy_n(view.row(y), copy.stride(), copy.row(y));
  return copy;
}

void check_records(const Source& source, std::span<const std::size_t> records) {
  std::vector<bool> asked(source.records().size());
  for (const std::size_t record : records) {
    require(record < asked.size() && !asked[record], ErrorKind::Internal,
            fmt::format("[cache] record {} of {} is out of range or asked for twice", record, asked.size()));
    asked[record] = true;
  }
}

}  // namespace

CropCache::Result CropCache::build(const Source& source, std::span<const std::size_t> records,
                                   const Preprocess& preprocess, const std::filesystem::path& file,
                                   const ProgressCallback& progress) {
  check_records(source, records);
  auto storage = std::make_shared<Storage>();
  storage->views.resize(source.records().size());
  storage->squares.resize(file.empty() ? source.records().size() : 0);
  if (!file.empty()) storage->file.emplace(file);

  std::vector<std::optional<Finding>> broken(source.records().size());
  std::vector<std::uint64_t> offsets(file.empty() ? 0 : source.records().size());
  std::atomic<std::uint64_t> done = 0;
  parallel_for(records.size(), 0, [&](std::size_t i) {
    const std::size_t record = records[i];
    if (const auto picture = load_or_find(source, record, broken[record])) {
      Image square = copy_of(centre_square(*picture, preprocess));
      storage->views[record] = square.view();
      if (storage->file) {
        offsets[record] = storage->file->append(square.bytes());
      } else {
        storage->squares[record] = std::move(square);
      }
    }
    const std::uint64_t now = ++done;
    if (progress) progress(now, records.size());
  });

  if (storage->file) storage->file->map();
  for (std::size_t r = 0; r < storage->views.size(); ++r) {
    ImageView& view = storage->views[r];
    storage->bytes += view.stride * static_cast<std::size_t>(view.height);
    if (storage->file && view.height > 0) view.pixels = storage->file->pixels() + offsets[r];
  }
  Result result;
  for (auto& finding : broken) {
    if (finding) result.findings.push_back(std::move(*finding));
  }
  result.cache.storage_ = std::move(storage);
  return result;
}

ImageView CropCache::crop(std::size_t record) const {
  require(storage_ && record < storage_->views.size(), ErrorKind::Internal,
          fmt::format("[cache] no record {}", record));
  return storage_->views[record];
}

std::uint64_t CropCache::bytes() const { return storage_ ? storage_->bytes : 0; }

}  // namespace giemsa
