// Defocus: MedMNIST-C takes the whole pixels within the radius as its disc, and smooths it by 0.1 px at most,
// which changes nothing. Our disc has the pixels at its edge by the part of them that it covers, so that
// every radius of a picture of any size is another disc. Motion: the definition of ImageMagick's motion blur,
// on which both MedMNIST-C and Hendrycks & Dietterich build: one pixel of the trail after another, rounded to
// the nearest, edges repeated.
#include "giemsa/corrupt/blur.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "giemsa/corrupt/length.h"
#include "giemsa/image/opencv_threads.h"

namespace giemsa {
namespace {

Image filtered(ImageView picture, cv::Mat kernel, int border) {
  keep_opencv_single_threaded();
  kernel /= cv::sum(kernel)[0];
  const cv::Mat input(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels),
                      picture.stride);
  Image out(picture.width, picture.height);
  cv::Mat output(picture.height, picture.width, CV_8UC3, out.pixels());
  cv::filter2D(input, output, -1, kernel, {-1, -1}, 0, border);
  return out;
}

/// [2r + 1, 2r + 1], r the radius rounded up: how much of each pixel the disc covers.
cv::Mat disc(double radius_px) {
  constexpr int kParts = 16;  // a pixel is sampled on a grid of this side
  const int reach = static_cast<int>(std::ceil(radius_px));
  cv::Mat kernel(2 * reach + 1, 2 * reach + 1, CV_32F);
  for (int y = -reach; y <= reach; ++y) {
    for (int x = -reach; x <= reach; ++x) {
      int inside = 0;
      for (int i = 0; i < kParts * kParts; ++i) {
        const double dx = x + (i % kParts + 0.5) / kParts - 0.5, dy = y + (i / kParts + 0.5) / kParts - 0.5;
        inside += dx * dx + dy * dy <= radius_px * radius_px;
      }
      kernel.at<float>(y + reach, x + reach) = static_cast<float>(inside);
    }
  }
  return kernel;
}

}  // namespace

Image defocus_blur(ImageView picture, const Magnitude& magnitude, Random&) {
  return filtered(picture, disc(magnitude[0] * px_scale(picture)), cv::BORDER_REFLECT_101);
}

Image motion_blur_towards(ImageView picture, double radius_px, double sigma_px, double angle_deg) {
  const int length = 2 * static_cast<int>(std::ceil(radius_px)) + 1;
  const double angle = angle_deg * std::numbers::pi / 180;
  cv::Mat kernel = cv::Mat::zeros(2 * length - 1, 2 * length - 1, CV_32F);
  for (int i = 0; i < length; ++i) {
    const int x = static_cast<int>(std::ceil(i * std::cos(angle) - 0.5));
    const int y = static_cast<int>(std::ceil(i * std::sin(angle) - 0.5));
    kernel.at<float>(y + length - 1, x + length - 1) +=
        static_cast<float>(std::exp(-0.5 * i * i / (sigma_px * sigma_px)));
  }
  return filtered(picture, std::move(kernel), cv::BORDER_REPLICATE);
}

Image motion_blur(ImageView picture, const Magnitude& magnitude, Random& random) {
  const double scale = px_scale(picture);
  return motion_blur_towards(picture, magnitude[0] * scale, magnitude[1] * scale,
                             random.uniform(-45.0, 45.0));
}

}  // namespace giemsa
