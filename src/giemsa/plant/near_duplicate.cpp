#include "giemsa/plant/near_duplicate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "giemsa/core/text.h"
#include "giemsa/image/opencv_threads.h"

namespace giemsa {
namespace {

/// Which parts a change has.
struct Parts {
  bool crop, mirror, turn, resize, light, jpeg;
  bool any() const { return crop || mirror || turn || resize || light || jpeg; }
};

Parts draw_parts(Random& random) {
  for (;;) {
    Parts parts{};
    for (bool* part : {&parts.crop, &parts.mirror, &parts.turn, &parts.resize, &parts.jpeg})
      *part = random.chance(0.4);
    parts.light = random.chance(0.25);
    if (parts.any()) return parts;
  }
}

cv::Mat crop(const cv::Mat& picture, Random& random, std::vector<std::string>& details) {
  constexpr double kMostCut = 0.1;
  const auto cut = [&](int side) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(kMostCut * side) + 1));
  };
  const int cut_x = cut(picture.cols), cut_y = cut(picture.rows);
  const auto offset = [&](int range) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(range) + 1));
  };
  const cv::Rect kept(offset(cut_x), offset(cut_y), picture.cols - cut_x, picture.rows - cut_y);
  details.push_back(fmt::format("crop {},{},{},{}", kept.x, kept.y, kept.width, kept.height));
  return picture(kept);
}

cv::Mat resize(const cv::Mat& picture, Random& random, std::vector<std::string>& details) {
  const double scale = std::exp(random.uniform(std::log(0.4), std::log(2.0)));
  const auto side = [&](int px) { return std::max(1, static_cast<int>(std::lround(px * scale))); };
  cv::Mat resized;
  cv::resize(picture, resized, {side(picture.cols), side(picture.rows)}, 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  details.push_back(fmt::format("resize {:.2f}", scale));
  return resized;
}

cv::Mat change_light(const cv::Mat& picture, Random& random, std::vector<std::string>& details) {
  const double contrast = random.uniform(0.9, 1.1), brightness = random.uniform(-12., 12.);
  cv::Mat changed;
  picture.convertTo(changed, CV_8UC3, contrast, 128. - 128. * contrast + brightness);
  details.push_back(fmt::format("contrast {:.2f}", contrast));
  details.push_back(fmt::format("brightness {:+.0f}", brightness));
  return changed;
}

Image to_image(const cv::Mat& picture) {
  Image image(picture.cols, picture.rows);
  cv::Mat out(picture.rows, picture.cols, CV_8UC3, image.pixels(), image.stride());
  picture.copyTo(out);
  return image;
}

NearDuplicate draw_change(ImageView picture, Random& random) {
  const Parts parts = draw_parts(random);
  std::vector<std::string> details;
  cv::Mat pixels(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels),
                 picture.stride);
  if (parts.crop) pixels = crop(pixels, random, details);
  if (parts.mirror) {
    cv::Mat mirrored;
    cv::flip(pixels, mirrored, 1);
    pixels = mirrored;
    details.emplace_back("mirror");
  }
  if (parts.turn) {
    constexpr std::array kTurns{cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
    const std::size_t turn = random.below(kTurns.size());
    cv::Mat turned;
    cv::rotate(pixels, turned, kTurns[turn]);
    pixels = turned;
    details.push_back(fmt::format("turn {}", 90 * (turn + 1)));
  }
  if (parts.resize) pixels = resize(pixels, random, details);
  if (parts.light) pixels = change_light(pixels, random, details);
  NearDuplicate duplicate;
  duplicate.image = to_image(pixels);
  if (parts.jpeg) {
    duplicate.jpeg_quality = 30 + static_cast<int>(random.below(61));
    details.push_back(fmt::format("jpeg {}", duplicate.jpeg_quality));
  }
  duplicate.detail = join(details, "; ");
  return duplicate;
}

bool same_pixels(ImageView a, ImageView b) {
  if (a.width != b.width || a.height != b.height) return false;
  for (int y = 0; y < a.height; ++y) {
    if (!std::equal(a.row(y), a.row(y) + 3 * a.width, b.row(y))) return false;
  }
  return true;
}

}  // namespace

NearDuplicate draw_near_duplicate(ImageView picture, Random& random) {
  keep_opencv_single_threaded();
  for (;;) {  // a crop by 0 px, or a mirrored symmetry, is no change
    NearDuplicate duplicate = draw_change(picture, random);
    if (duplicate.jpeg_quality > 0 || !same_pixels(duplicate.image, picture)) return duplicate;
  }
}

}  // namespace giemsa
