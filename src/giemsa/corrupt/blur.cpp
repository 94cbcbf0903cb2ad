// Defocus: MedMNIST-C takes the whole pixels within the radius as its disc, and smooths it by 0.1 px at most,
// which changes nothing. Our disc is made of samples between which pixels are interpolated, so that every
// radius of a picture of any size is another disc. Motion: the definition of ImageMagick's motion blur,
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

/// [2r + 1, 2r + 1], r the radius rounded up: samples inside the disc, each shared bilinearly between its
/// four pixels.
cv::Mat disc(double radius_px) {
  constexpr int kSamples = 64;  // along the diameter
  const int reach = static_cast<int>(std::ceil(radius_px));
  cv::Mat kernel = cv::Mat::zeros(2 * reach + 1, 2 * reach + 1, CV_32F);
  const auto add = [&](int y, int x, double weight) {
    kernel.at<float>(std::min(y, 2 * reach), std::min(x, 2 * reach)) += static_cast<float>(weight);
  };
  for (int i = 0; i < kSamples * kSamples; ++i) {
    const double u = (i % kSamples + 0.5) * 2 / kSamples - 1, v = (i / kSamples + 0.5) * 2 / kSamples - 1;
    if (u * u + v * v > 1) continue;
    const double x = u * radius_px + reach, y = v * radius_px + reach;
    const int left = static_cast<int>(x), top = static_cast<int>(y);
    const double fx = x - left, fy = y - top;
    add(top, left, (1 - fx) * (1 - fy));
    add(top, left + 1, fx * (1 - fy));
    add(top + 1, left, (1 - fx) * fy);
    add(top + 1, left + 1, fx * fy);
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
