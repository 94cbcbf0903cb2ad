#include "giemsa/augment/neighbourhood.h"

#include <opencv2/imgproc.hpp>

#include "giemsa/image/codec.h"
#include "giemsa/image/opencv_threads.h"

namespace giemsa {

void blur(Image& image, double sigma_px) {
  if (sigma_px <= 0) return;
  keep_opencv_single_threaded();
  cv::Mat mat(image.height(), image.width(), CV_8UC3, image.pixels());
  const int side = 2 * cvCeil(3 * sigma_px) + 1;
  cv::GaussianBlur(mat, mat, cv::Size(side, side), sigma_px, sigma_px, cv::BORDER_REFLECT_101);
}

void store_as_jpeg(Image& image, int quality) {
  image = decode_image(encode_jpeg(image, quality), "augment.jpg");
}

}  // namespace giemsa
