#include "giemsa/page/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <opencv2/imgproc.hpp>

#include "giemsa/core/text.h"
#include "giemsa/image/codec.h"
#include "giemsa/image/opencv_threads.h"
#include "giemsa/page/parts.h"

namespace giemsa::page {

std::string embedded_picture(const std::function<Image()>& picture, std::string_view alt, int jpeg_quality) {
  std::string reason = "no picture";
  try {
    const Image image = picture();
    if (!image.empty()) {
      return fmt::format("<img src=\"data:image/jpeg;base64,{}\" alt=\"{}\">",
                         base64(encode_jpeg(image, jpeg_quality)), outside(alt));
    }
  } catch (const std::exception& error) {
    reason = error.what();
  }
  return fmt::format("<div class=\"missing\" title=\"{}\">picture not available</div>", outside(reason));
}

Image shrunk(Image picture, int longest_px) {
  const int longest = std::max(picture.width(), picture.height());
  if (longest <= longest_px) return picture;
  const auto side = [&](int px) {
    return std::max(1, static_cast<int>((static_cast<long long>(px) * longest_px + longest / 2) / longest));
  };
  Image small(side(picture.width()), side(picture.height()));
  keep_opencv_single_threaded();
  const cv::Mat from(picture.height(), picture.width(), CV_8UC3, picture.pixels(), picture.stride());
  cv::Mat to(small.height(), small.width(), CV_8UC3, small.pixels(), small.stride());
  cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  return small;
}

}  // namespace giemsa::page
