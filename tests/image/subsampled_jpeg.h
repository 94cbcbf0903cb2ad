#pragma once
#include <turbojpeg.h>

#include <array>

#include "giemsa/core/file.h"
#include "giemsa/image/image.h"

namespace giemsa::testing {

struct Subsampling {
  const char* name;
  int turbo;                        ///< libjpeg-turbo's number
  int sample_width, sample_height;  ///< pixels under a sample of colour
};
inline constexpr std::array<Subsampling, 6> kSubsamplings{{{"4:4:4", TJSAMP_444, 1, 1},
                                                           {"4:2:2", TJSAMP_422, 2, 1},
                                                           {"4:2:0", TJSAMP_420, 2, 2},
                                                           {"4:4:0", TJSAMP_440, 1, 2},
                                                           {"4:1:1", TJSAMP_411, 4, 1},
                                                           {"grey", TJSAMP_GRAY, 1, 1}}};

inline Bytes subsampled_jpeg(const Image& image, const Subsampling& subsampling, int quality) {
  const tjhandle turbo = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  const int status = tjCompress2(turbo, image.pixels(), image.width(), 0, image.height(), TJPF_RGB, &out,
                                 &size, subsampling.turbo, quality, 0);
  Bytes bytes(out, out + (status == 0 ? size : 0));
  tjFree(out);
  tjDestroy(turbo);
  return bytes;
}

/// The same samples said to be red, green and blue: Adobe's marker, with 0 for its transform, instead of
/// JFIF's. `jpeg`: 4:4:4, beginning with JFIF's marker.
inline Bytes said_to_be_rgb(const Bytes& jpeg) {
  constexpr std::size_t kStart = 2, kJfif = 18;
  constexpr std::array<std::uint8_t, 16> kAdobe{0xFF, 0xEE, 0,   14, 'A', 'd', 'o', 'b',
                                                'e',  0,    100, 0,  0,   0,   0,   0};
  Bytes bytes(jpeg.begin(), jpeg.begin() + kStart);
  bytes.insert(bytes.end(), kAdobe.begin(), kAdobe.end());
  bytes.insert(bytes.end(), jpeg.begin() + kStart + kJfif, jpeg.end());
  return bytes;
}

}  // namespace giemsa::testing
