#include "giemsa/corrupt/augmented_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "giemsa/corrupt/length.h"
#include "giemsa/image/opencv_threads.h"

namespace giemsa {
namespace {

constexpr double kTurnDeg = 180, kZoom = 1.25, kShiftFrac = 0.1;
constexpr double kColour = 0.3, kHueDeg = 10;
constexpr double kLeastBlurPx = 0.5, kMostBlurPx = 2;
constexpr double kLeastNoise = 5, kMostNoise = 20;  // levels
constexpr double kLeastErasedFrac = 0.02, kMostErasedFrac = 0.1, kErasedAspect = 2;

/// Uniform in the logarithm from 1 / most to most, so that shrinking is as likely as growing.
double draw_factor(double most, Random& random) { return std::pow(most, random.uniform(-1.0, 1.0)); }

cv::Mat mat_of(Image& image) { return {image.height(), image.width(), CV_8UC3, image.pixels()}; }

Image moved(ImageView picture, Random& random) {
  const double mirror_x = random.chance(0.5) ? -1 : 1, mirror_y = random.chance(0.5) ? -1 : 1;
  const double angle = random.uniform(-kTurnDeg, kTurnDeg) * std::numbers::pi / 180;
  const double zoom = draw_factor(kZoom, random);
  const double shift_x = random.uniform(-kShiftFrac, kShiftFrac) * picture.width;
  const double shift_y = random.uniform(-kShiftFrac, kShiftFrac) * picture.height;
  // From the output to the input, about the centre.
  const double c = std::cos(angle) / zoom, s = std::sin(angle) / zoom;
  const double a = mirror_x * c, b = -mirror_x * s, d = mirror_y * s, e = mirror_y * c;
  const double centre_x = (picture.width - 1) / 2.0, centre_y = (picture.height - 1) / 2.0;
  const double from_x = centre_x + shift_x, from_y = centre_y + shift_y;
  const cv::Matx23d matrix(a, b, centre_x - a * from_x - b * from_y,  //
                           d, e, centre_y - d * from_x - e * from_y);
  const cv::Mat input(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels),
                      picture.stride);
  Image out(picture.width, picture.height);
  cv::warpAffine(input, mat_of(out), matrix, input.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REFLECT_101);
  return out;
}

void recolour(Image& image, Random& random) {
  const double brightness = random.uniform(1 - kColour, 1 + kColour);
  const double contrast = random.uniform(1 - kColour, 1 + kColour);
  const double saturation = random.uniform(1 - kColour, 1 + kColour);
  const double hue = random.uniform(-kHueDeg, kHueDeg) * std::numbers::pi / 180;
  const cv::Scalar mean = cv::mean(mat_of(image));
  const cv::Matx33d grey(0.299, 0.587, 0.114, 0.299, 0.587, 0.114, 0.299, 0.587, 0.114);
  const auto one = cv::Matx33d::eye();
  // A turn about the grey axis (Rodrigues).
  const cv::Matx33d cross(0, -1, 1, 1, 0, -1, -1, 1, 0);
  const cv::Matx33d turn = one * std::cos(hue) + cross * (std::sin(hue) / std::sqrt(3.0)) +
                           cv::Matx33d::ones() * ((1 - std::cos(hue)) / 3);
  const cv::Matx33d colours = turn * (grey + (one - grey) * saturation);
  const double mean_grey = brightness * (0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2]);
  const double kept = (1 - contrast) * mean_grey;  // grey, which the colours' matrix leaves as it is
  cv::Matx34d matrix;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) matrix(i, j) = colours(i, j) * brightness * contrast;
    matrix(i, 3) = kept;
  }
  cv::transform(mat_of(image), mat_of(image), matrix);
}

void add_noise(Image& image, double sd, Random& random) {
  for (std::size_t i = 0; i < image.bytes().size(); ++i) {
    const double value = image.pixels()[i] + sd * random.normal();
    image.pixels()[i] = static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
  }
}

void erase(Image& image, Random& random) {
  const double area = random.uniform(kLeastErasedFrac, kMostErasedFrac) * image.width() * image.height();
  const double aspect = draw_factor(kErasedAspect, random);
  const auto side = [](double length, int most) {
    return std::clamp(static_cast<int>(std::lround(length)), 1, most);
  };
  const int width = side(std::sqrt(area * aspect), image.width());
  const int height = side(std::sqrt(area / aspect), image.height());
  const auto x = random.below(static_cast<std::uint64_t>(image.width() - width) + 1);
  const auto y = random.below(static_cast<std::uint64_t>(image.height() - height) + 1);
  mat_of(image)(cv::Rect(static_cast<int>(x), static_cast<int>(y), width, height)).setTo(cv::Scalar::all(0));
}

}  // namespace

Image augmented_view(ImageView picture, Random& random) {
  keep_opencv_single_threaded();
  Image out = moved(picture, random);
  recolour(out, random);
  if (random.chance(0.5)) {
    const double sigma = random.uniform(kLeastBlurPx, kMostBlurPx) * px_scale(picture);
    cv::GaussianBlur(mat_of(out), mat_of(out), {}, std::max(sigma, 0.01));
  }
  if (random.chance(0.5)) add_noise(out, random.uniform(kLeastNoise, kMostNoise), random);
  if (random.chance(0.5)) erase(out, random);
  return out;
}

}  // namespace giemsa
