#include "giemsa/plant/photos.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "giemsa/core/error.h"
#include "giemsa/image/codec.h"
#include "giemsa/image/opencv_threads.h"

namespace giemsa {

namespace fs = std::filesystem;

Photos::Photos(const fs::path& folder) {
  try {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (has_image_extension(entry.path()) && entry.is_regular_file()) files_.push_back(entry.path());
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::Io, fmt::format("[plant] {}: {}", folder.string(), error.code().message()),
                "--photos names a folder of pictures");
  }
  require(!files_.empty(), ErrorKind::Data,
          fmt::format("[plant] {}: no photographs in that folder", folder.string()));
  std::ranges::sort(files_);
}

Photos::Crop Photos::draw_crop(int width, int height, Random& random) const {
  keep_opencv_single_threaded();
  const fs::path& file = files_[random.below(files_.size())];
  const Image photo = read_image(file);
  // The largest rectangle of the wanted shape, and a part of it.
  const double largest =
      std::min(static_cast<double>(photo.width()) / width, static_cast<double>(photo.height()) / height);
  const double scale = random.uniform(0.5, 1.) * largest;
  const int w = std::clamp(static_cast<int>(scale * width), 1, photo.width());
  const int h = std::clamp(static_cast<int>(scale * height), 1, photo.height());
  const auto offset = [&](int room) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(room) + 1));
  };
  const ImageView part = photo.view().crop(offset(photo.width() - w), offset(photo.height() - h), w, h);

  Crop crop{Image(width, height), file.filename().string()};
  const cv::Mat in(h, w, CV_8UC3, const_cast<std::uint8_t*>(part.pixels), part.stride);
  cv::Mat out(height, width, CV_8UC3, crop.image.pixels(), crop.image.stride());
  cv::resize(in, out, out.size(), 0, 0, scale > 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return crop;
}

}  // namespace giemsa
