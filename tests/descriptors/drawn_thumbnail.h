#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "giemsa/core/random.h"
#include "giemsa/descriptors/thumbnail.h"
#include "giemsa/image/image.h"

namespace giemsa::testing {

using Colour = std::array<double, 3>;
inline constexpr Colour kGround = {248, 226, 200}, kCytoplasm = {190, 165, 200}, kNucleus = {80, 50, 130};

inline Image plain_thumbnail(const Colour& colour) {
  Image image(kThumbnailPx, kThumbnailPx);
  for (std::size_t i = 0; i < image.bytes().size(); ++i)
    image.pixels()[i] = static_cast<std::uint8_t>(std::lround(colour[i % 3]));
  return image;
}

/// Fills the ellipse about (y, x) from the picture's centre, in pixels.
inline void add_ellipse(Image& image, double y, double x, double half_height, double half_width,
                        const Colour& colour) {
  for (int row = 0; row < kThumbnailPx; ++row) {
    for (int column = 0; column < kThumbnailPx; ++column) {
      const double v = (row - 31.5 - y) / half_height, u = (column - 31.5 - x) / half_width;
      if (v * v + u * u >= 1) continue;
      for (std::size_t c = 0; c < 3; ++c)
        image.row(row)[3 * column + static_cast<int>(c)] = static_cast<std::uint8_t>(std::lround(colour[c]));
    }
  }
}

inline void add_noise(Image& image, double sd, Random& random) {
  for (std::size_t i = 0; i < image.bytes().size(); ++i) {
    const double value = image.pixels()[i] + random.normal(0, sd);
    image.pixels()[i] = static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
  }
}

/// A cell with a nucleus on clear ground, all of it a little different for each `number`.
inline Image drawn_cell(std::uint64_t number) {
  Random random({fnv1a("drawn cell"), number});
  const auto varied = [&](const Colour& colour) {
    const double light = random.normal(0, 2);
    return Colour{colour[0] + light + random.normal(0, 1), colour[1] + light + random.normal(0, 1),
                  colour[2] + light + random.normal(0, 1)};
  };
  Image image = plain_thumbnail(varied(kGround));
  const double radius = random.uniform(14.0, 20.0), y = random.normal(0, 1), x = random.normal(0, 1);
  add_ellipse(image, y, x, radius * random.uniform(0.9, 1.1), radius, varied(kCytoplasm));
  const double inner = radius * random.uniform(0.5, 0.8);
  add_ellipse(image, y + random.normal(0, 1), x + random.normal(0, 1), inner,
              inner * random.uniform(0.7, 1.1), varied(kNucleus));
  add_noise(image, 10, random);  // so that each part has many colours
  return image;
}

/// What is no cell: noise, a blank field, a gradient, stripes, and a field of pale discs, in turn.
inline Image drawn_non_cell(std::uint64_t number) {
  Random random({fnv1a("drawn non-cell"), number});
  const auto any = [&] {
    return Colour{random.uniform(0.0, 255.0), random.uniform(0.0, 255.0), random.uniform(0.0, 255.0)};
  };
  Image image = plain_thumbnail(any());
  const Colour from = any(), to = any();
  const auto blend = [&](auto&& share_of) {
    for (int y = 0; y < kThumbnailPx; ++y) {
      for (int x = 0; x < kThumbnailPx; ++x) {
        const double share = share_of(y, x);
        for (std::size_t c = 0; c < 3; ++c)
          image.row(y)[3 * x + static_cast<int>(c)] =
              static_cast<std::uint8_t>(from[c] + share * (to[c] - from[c]));
      }
    }
  };
  switch (number % 5) {
    case 0:
      add_noise(image, 60, random);
      break;
    case 1:
      break;
    case 2:
      blend([](int y, int x) { return (y + x) / 126.0; });
      break;
    case 3:
      blend([](int y, int) { return y / 4 % 2; });
      break;
    default:
      image = plain_thumbnail(kGround);
      for (int i = 0; i < 9; ++i)
        add_ellipse(image, random.uniform(-32.0, 32.0), random.uniform(-32.0, 32.0), 9, 9, {205, 170, 175});
      add_noise(image, 10, random);
  }
  return image;
}

}  // namespace giemsa::testing
