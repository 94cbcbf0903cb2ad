#include "giemsa/synth/synthesise.h"

#include <atomic>
#include <system_error>

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/parallel.h"
#include "giemsa/image/codec.h"
#include "giemsa/image/opencv_threads.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxPerClass = 99'999;  // five digits, so that names sort by number

void check(const fs::path& folder, const SynthesisOptions& options) {
  require(options.per_class >= 1 && options.per_class <= kMaxPerClass, ErrorKind::Usage,
          fmt::format("[synth] {} pictures per class; expected 1 to {}", options.per_class, kMaxPerClass),
          "--per-class 100");
  require(
      options.size_px >= kMinCellImagePx && options.size_px <= kMaxCellImagePx, ErrorKind::Usage,
      fmt::format("[synth] size {} px; expected {} to {}", options.size_px, kMinCellImagePx, kMaxCellImagePx),
      "--size 96");
  require(options.threads >= 0, ErrorKind::Usage,
          fmt::format("[synth] {} threads; expected 0 (one per processor) or more", options.threads),
          "--threads 0");
  std::error_code error;
  const bool exists = fs::exists(folder, error);
  require(!exists || fs::is_directory(folder, error), ErrorKind::Usage,
          fmt::format("[synth] output '{}' is a file; expected a folder to create", folder.string()),
          "name another folder");
  if (!exists) return;
  const bool empty = fs::is_empty(folder, error);
  require(!error, ErrorKind::Io,
          fmt::format("[synth] cannot look into output folder '{}': {}", folder.string(), error.message()),
          "check its permissions, or name another folder");
  require(empty, ErrorKind::Usage,
          fmt::format("[synth] output folder '{}' exists and is not empty", folder.string()),
          "name a new folder, or remove this one first");
}

}  // namespace

void synthesise(const fs::path& folder, const SynthesisOptions& options, const ProgressCallback& progress) {
  check(folder, options);
  keep_opencv_single_threaded();
  for (const std::string_view name : kCellClassNames) prepare_output_folder(folder / name);

  const std::uint64_t total = std::uint64_t(options.per_class) * kCellClassCount;
  std::atomic<std::uint64_t> done = 0;
  parallel_for(total, options.threads, [&](std::size_t i) {
    const auto cell_class = static_cast<CellClass>(i % kCellClassCount);
    const std::string_view name = kCellClassNames[i % kCellClassCount];
    const std::uint64_t number = i / kCellClassCount + 1;
    Random random({options.seed, fnv1a("synth"), fnv1a(name), number});
    const Image picture = draw_cell(cell_class, int(options.size_px), random);
    write_atomic(folder / name / fmt::format("{}_{:05}.png", name, number), encode_png(picture));
    const std::uint64_t now = ++done;
    if (progress) progress(now, total);
  });
}

}  // namespace giemsa
