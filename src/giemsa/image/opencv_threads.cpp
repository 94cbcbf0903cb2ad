#include "giemsa/image/opencv_threads.h"

#include <opencv2/core/utility.hpp>

namespace giemsa {

void keep_opencv_single_threaded() {
  static const bool done = (cv::setNumThreads(1), true);
  static_cast<void>(done);
}

}  // namespace giemsa
