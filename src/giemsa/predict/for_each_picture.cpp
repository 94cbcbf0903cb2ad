#include "giemsa/predict/for_each_picture.h"

#include <atomic>
#include <optional>

#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"

namespace giemsa {

ReadPictures for_each_picture(const PictureList& pictures, int threads, const ProgressCallback& progress,
                              const std::function<void(std::size_t, const Image&)>& work) {
  ReadPictures read{std::vector<char>(pictures.count), {}};
  std::vector<std::optional<Finding>> findings(pictures.count);
  std::atomic<std::uint64_t> done = 0;
  parallel_for(pictures.count, threads, [&](std::size_t i) {
    std::optional<Image> picture;
    try {
      picture = pictures.load(i);
    } catch (const Error& error) {
      findings[i] = picture_finding(error, pictures.name(i));
    }
    if (picture) {
      work(i, *picture);
      read.readable[i] = true;
    }
    const std::uint64_t now = ++done;
    if (progress) progress(now, pictures.count);
  });
  for (auto& finding : findings) {
    if (finding) read.findings.push_back(std::move(*finding));
  }
  return read;
}

}  // namespace giemsa
