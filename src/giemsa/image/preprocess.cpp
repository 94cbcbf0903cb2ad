#include "giemsa/image/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "giemsa/core/error.h"
#include "giemsa/image/opencv_threads.h"

namespace giemsa {
namespace {

/// OpenCV's header over somebody's pixels; read-only by convention, since cv::Mat has no const pixels.
cv::Mat as_mat(ImageView image) {
  return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels), image.stride};
}

}  // namespace

ImageView centre_square(ImageView picture, const Preprocess& preprocess) {
  require(picture.width > 0 && picture.height > 0, ErrorKind::Internal, "[preprocess] the picture is empty");
  require(preprocess.input_px > 0 && preprocess.input_px <= kMaxInputPx, ErrorKind::Usage,
          fmt::format("[preprocess] input_px is {}; 1 to {} is expected", preprocess.input_px, kMaxInputPx));
  const std::int64_t largest = std::min(picture.width, picture.height);
  const int side = static_cast<int>(preprocess.crop_px > 0 ? std::min(preprocess.crop_px, largest) : largest);
  return picture.crop((picture.width - side) / 2, (picture.height - side) / 2, side, side);
}

Image crop_and_resize(ImageView picture, const Preprocess& preprocess) {
  keep_opencv_single_threaded();

  const ImageView square = centre_square(picture, preprocess);
  const int side = static_cast<int>(preprocess.input_px);
  Image resized(side, side);
  if (square.width == side) {
    for (int y = 0; y < side; ++y) std::copy_n(square.row(y), resized.stride(), resized.row(y));
    return resized;
  }
  cv::Mat out(side, side, CV_8UC3, resized.pixels(), resized.stride());
  cv::resize(as_mat(square), out, out.size(), 0, 0, side < square.width ? cv::INTER_AREA : cv::INTER_LINEAR);
  return resized;
}

Normalisation::Normalisation(const Preprocess& preprocess) {
  for (int c = 0; c < 3; ++c) {
    source[c] = preprocess.bgr ? 2 - c : c;
    const float mean = preprocess.mean[source[c]], std = preprocess.std[source[c]];
    scale[c] = 1.0f / (255.0f * std);
    shift[c] = -mean / std;
  }
}

void normalise(ImageView image, const Preprocess& preprocess, float* out) {
  const auto [scale, shift, source] = Normalisation(preprocess);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* in = image.row(y);
    for (int x = 0; x < image.width; ++x, in += 3, out += 3) {
      out[0] = static_cast<float>(in[source[0]]) * scale[0] + shift[0];
      out[1] = static_cast<float>(in[source[1]]) * scale[1] + shift[1];
      out[2] = static_cast<float>(in[source[2]]) * scale[2] + shift[2];
    }
  }
}

}  // namespace giemsa
