#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/image/codec.h"
#include "giemsa/image/ycc_view.h"

namespace giemsa {

/// Decodes JPEGs with libjpeg-turbo, by the accurate inverse DCT, as other programs' defaults do. For one
/// thread at a time. Keeps its room for samples from picture to picture, and nothing else: libjpeg's own
/// decoder would read a picture that lacks its tables by those of the picture before.
class JpegDecoder {
 public:
  /// As decode_image(), for bytes that begin like a JPEG's.
  Image decode(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits = {});

  /// The samples from which decode() makes RGB pixels, in six sevenths of its time; nothing for a JPEG that
  /// keeps RGB itself. All of it is decoded: what decode() refuses is refused with the same words. The view
  /// holds until the decoder's next picture, or its end.
  std::optional<YccView> decode_ycc(std::span<const std::uint8_t> bytes, const std::string& name,
                                    const DecodeLimits& limits = {});

 private:
  std::vector<std::uint8_t> samples_;
};

}  // namespace giemsa
