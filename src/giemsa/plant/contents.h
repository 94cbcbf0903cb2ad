#pragma once
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/image/codec.h"

namespace giemsa {

/// The different contents of a data set.
struct Contents {
  std::vector<std::size_t> records;       ///< the first labelled record of each, ascending
  ImageFormat format = ImageFormat::Png;  ///< Jpeg where most files are JPEG, otherwise Png
  std::vector<Finding> findings;          ///< pictures that cannot be used, in record order
};

/// Reads and decodes every record. Broken ones are findings. Of those with the same bytes the first counts,
/// and none where their labels differ.
Contents different_contents(const Source& source, int threads, const ProgressCallback& progress);

}  // namespace giemsa
