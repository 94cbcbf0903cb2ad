#include "giemsa/predict/for_each_picture.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/infer/group_size.h"
#include "giemsa/infer/native_executor.h"

namespace giemsa {
namespace {

/// Of the pixels of a group: beyond, it is looked at before further pictures are loaded.
constexpr std::size_t kGroupBytes = 8 << 20;

void work_on(PictureGroup group, const std::function<void(const PictureGroup&)>& work) {
  if (group.size() == 0) return;
  try {
    return work(group);
  } catch (...) {
    if (group.size() == 1) throw;
  }
  for (std::size_t i = 0; i < group.size(); ++i) {  // the others are not to blame for one of them
    PictureGroup alone{{group.numbers[i]}, {}};
    alone.pictures.push_back(std::move(group.pictures[i]));
    work(alone);
  }
}

std::optional<Image> load_or_tell(const PictureList& pictures, std::size_t i,
                                  const std::function<void(Finding, std::size_t)>& unreadable) {
  try {
    return pictures.load(i);
  } catch (const Error& error) {
    unreadable(picture_finding(error, pictures.name(i)), i);
    return {};
  }
}

/// Shares the pictures out to threads, `size` at a time.
ReadPictures in_shares(const PictureList& pictures, std::size_t size, int threads,
                       const std::function<void(const PictureGroup&)>& work,
                       const ProgressCallback& progress) {
  ReadPictures read{std::vector<char>(pictures.count), {}};
  std::vector<std::optional<Finding>> findings(pictures.count);
  std::atomic<std::uint64_t> done = 0;
  const auto tell = [&] {
    const std::uint64_t now = ++done;
    if (progress) progress(now, pictures.count);
  };
  parallel_for((pictures.count + size - 1) / size, threads, [&](std::size_t share) {
    load_in_groups(
        pictures, share * size, std::min((share + 1) * size, pictures.count),
        [&](const PictureGroup& group) {
          work(group);
          for (const std::size_t i : group.numbers) {
            read.readable[i] = true;
            tell();
          }
        },
        [&](Finding finding, std::size_t i) {
          findings[i] = std::move(finding);
          tell();
        });
  });
  for (auto& finding : findings) {
    if (finding) read.findings.push_back(std::move(*finding));
  }
  return read;
}

}  // namespace

ReadPictures for_each_picture(const PictureList& pictures, int threads, const ProgressCallback& progress,
                              const std::function<void(std::size_t, const Image&)>& work) {
  return in_shares(
      pictures, 1, threads, [&](const PictureGroup& one) { work(one.numbers.front(), one.pictures.front()); },
      progress);
}

ReadPictures for_each_group(const PictureList& pictures, int threads, const ProgressCallback& progress,
                            const std::function<void(const PictureGroup&)>& work) {
  return in_shares(pictures, group_size(pictures.count, threads), threads, work, progress);
}

void load_in_groups(const PictureList& pictures, std::size_t first, std::size_t last,
                    const std::function<void(const PictureGroup&)>& work,
                    const std::function<void(Finding, std::size_t)>& unreadable) {
  PictureGroup group;
  std::size_t bytes = 0;
  for (std::size_t i = first; i < last; ++i) {
    std::optional<Image> picture;
    try {
      picture = load_or_tell(pictures, i, unreadable);
    } catch (...) {
      work_on(std::move(group), work);  // with those before it
      throw;
    }
    if (!picture) continue;
    bytes += picture->bytes().size();
    group.numbers.push_back(i);
    group.pictures.push_back(std::move(*picture));
    if (group.size() == NativeExecutor::kMostAtOnce || bytes >= kGroupBytes) {
      work_on(std::exchange(group, {}), work);
      bytes = 0;
    }
  }
  work_on(std::move(group), work);
}

}  // namespace giemsa
