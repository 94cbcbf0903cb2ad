#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/record.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// A list of pictures that are loaded when they are asked for.
struct PictureList {
  std::size_t count = 0;
  std::function<Image(std::size_t)> load;        ///< called once for each, from any thread
  std::function<std::string(std::size_t)> name;  ///< of its finding, should there be one
};

/// Which of the pictures could be read.
struct ReadPictures {
  std::vector<char> readable;     ///< [N]
  std::vector<Finding> findings;  ///< the pictures that could not be read, in order
};

/// Calls work(i, picture) for all of them on `threads` threads (0: one per processor), one picture per thread
/// at a time. Where load throws Data or Io the picture becomes a finding; other errors pass through.
ReadPictures for_each_picture(const PictureList& pictures, int threads, const ProgressCallback& progress,
                              const std::function<void(std::size_t, const Image&)>& work);

}  // namespace giemsa
