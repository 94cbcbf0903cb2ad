#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/descriptors/appearance.h"
#include "giemsa/descriptors/fingerprint.h"
#include "giemsa/descriptors/statistics.h"
#include "giemsa/image/codec.h"

namespace giemsa {

/// 128 bits of XXH3. Equal for equal content; for other content by no accident that anybody will see, though
/// this is no proof against somebody who makes two files alike on purpose.
struct ContentHash {
  std::uint64_t low = 0, high = 0;
  auto operator<=>(const ContentHash&) const = default;
};

/// What inspection keeps of one picture, about 2 kB whatever the picture's size.
struct PictureFacts {
  std::optional<Finding> broken = {};  ///< why it cannot be read; all that is seen in pixels is then empty
  int width = 0, height = 0;
  ImageFormat format = ImageFormat::Unknown;  ///< Unknown: an item of an array
  std::uint64_t stored_bytes = 0;
  std::uint64_t form = 0;   ///< how it is stored (stored_form.h)
  ContentHash stored = {};  ///< of the bytes as they are stored
  /// By which pictures that are looked at together are told apart: equal for equal pixels, and only for them.
  ContentHash pixels = {};
  bool ycc = false;  ///< whether it was seen as a JPEG keeps it (ycc_view.h), and not in RGB
  PictureStatistics statistics = {};
  Fingerprint fingerprint{};
  Appearance appearance{};
};

/// Reads and decodes every record once, on all processors, and again those that could have the same pixels as
/// another file; broken pictures are told in their facts. Memory: the facts, and one picture for each
/// processor.
std::vector<PictureFacts> look_at_pictures(const Source& source, const ProgressCallback& progress);

/// The pictures of several sources together, those of the first source first.
std::vector<PictureFacts> look_at_pictures(std::span<const Source* const> sources,
                                           const ProgressCallback& progress);

}  // namespace giemsa
