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

/// A few pictures that are looked at together, since large networks then take less time for each.
struct PictureGroup {
  std::vector<std::size_t> numbers;  ///< in the list, ascending
  std::vector<Image> pictures;

  std::size_t size() const { return pictures.size(); }
};

/// The same with groups of up to NativeExecutor::kMostAtOnce. Where work throws for several pictures it is
/// called again for each alone, so that what it does must be the same either way, and may be done twice.
ReadPictures for_each_group(const PictureList& pictures, int threads, const ProgressCallback& progress,
                            const std::function<void(const PictureGroup&)>& work);

/// Loads the pictures [first, last) and calls work with groups of those that can be read, as for_each_group
/// does; unreadable(finding, i) for the others. Pictures of many pixels come in smaller groups, so that
/// memory is bounded.
void load_in_groups(const PictureList& pictures, std::size_t first, std::size_t last,
                    const std::function<void(const PictureGroup&)>& work,
                    const std::function<void(Finding, std::size_t)>& unreadable);

}  // namespace giemsa
