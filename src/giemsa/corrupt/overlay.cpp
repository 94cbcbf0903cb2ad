// Bubbles: numbers, radii, rim and transparency of MedMNIST-C; our edges are smooth over one pixel.
// Stain deposits: MedMNIST-C multiplies 1 to 3 photographs of ink into the picture, of which the fifth
// severity has larger ones. Ours are drawn: a frayed grain with a few droplets round it, larger with every
// severity.
#include "giemsa/corrupt/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "giemsa/corrupt/length.h"

namespace giemsa {
namespace {

/// How far each pixel of a picture goes towards one colour; 0 at first.
class Layer {
 public:
  explicit Layer(ImageView picture)
      : width_(static_cast<std::size_t>(picture.width)),
        shares_(width_ * static_cast<std::size_t>(picture.height)) {}

  float& at(int x, int y) {
    return shares_[static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x)];
  }

  Image over(ImageView picture, float grey) const {
    Image out(picture.width, picture.height);
    const float* share = shares_.data();
    for (int y = 0; y < picture.height; ++y) {
      const std::uint8_t* from = picture.row(y);
      std::uint8_t* to = out.row(y);
      for (int x = 0; x < picture.width; ++x, ++share) {
        for (int c = 0; c < 3; ++c, ++from, ++to)
          *to = static_cast<std::uint8_t>(*from + (grey - *from) * *share + 0.5f);
      }
    }
    return out;
  }

 private:
  std::size_t width_;
  std::vector<float> shares_;
};

/// Where a shape is laid: its centre, at least `margin` from the sides, or in the middle where there is no
/// such place.
struct Place {
  double x, y;
};
Place draw_place(ImageView picture, double margin, Random& random) {
  const auto along = [&](int side) {
    const double free = std::max(0.0, side - 2 * margin);
    return (side - free) / 2 + random.uniform() * free;
  };
  const double x = along(picture.width);
  return {x, along(picture.height)};
}

/// Calls paint(x, y, dx, dy) for the pixels of the square round `place`.
template <class Paint>
void for_each_near(ImageView picture, Place place, double reach, Paint&& paint) {
  const auto low = [&](double centre) { return std::max(0, static_cast<int>(centre - reach)); };
  const auto high = [&](double centre, int side) {
    return std::min(side, static_cast<int>(centre + reach) + 1);
  };
  for (int y = low(place.y); y < high(place.y, picture.height); ++y)
    for (int x = low(place.x); x < high(place.x, picture.width); ++x)
      paint(x, y, x + 0.5 - place.x, y + 0.5 - place.y);
}

/// Share of a pixel inside an edge `distance` away (negative: inside) that is smooth over `width`.
double cover(double distance, double width) { return std::clamp(0.5 - distance / width, 0.0, 1.0); }

/// A blot of ink: an outline of drawn waves.
void add_blot(ImageView picture, Layer& ink, Place place, double radius, double softness, Random& random) {
  struct Wave {
    double height, phase;
  };
  std::array<Wave, 5> waves;
  double sd = 0.16;
  for (Wave& wave : waves) {
    wave.height = random.normal(0, sd);
    wave.phase = random.uniform(0.0, 2 * std::numbers::pi);
    sd *= 0.6;
  }
  const double density = random.uniform(0.85, 1.0);
  for_each_near(picture, place, 2 * radius + softness, [&](int x, int y, double dx, double dy) {
    const double angle = std::atan2(dy, dx);
    double edge = 1, times = 2;
    for (const Wave& wave : waves) edge += wave.height * std::cos(times++ * angle + wave.phase);
    const double distance = std::hypot(dx, dy) - radius * std::clamp(edge, 0.5, 1.8);
    ink.at(x, y) = std::max(ink.at(x, y), static_cast<float>(density * cover(distance, softness)));
  });
}

}  // namespace

Image stain_deposit(ImageView picture, const Magnitude& magnitude, Random& random) {
  constexpr double kMarginPx = 10;
  constexpr int kDroplets = 3;
  const double scale = px_scale(picture), softness = std::max(1.0, 2 * scale);
  Layer ink(picture);
  const auto grains = 1 + random.below(static_cast<std::uint64_t>(magnitude[0]));
  for (std::uint64_t i = 0; i < grains; ++i) {
    const double radius = magnitude[1] * scale * random.uniform(0.85, 1.15);
    const Place place = draw_place(picture, kMarginPx * scale + radius, random);
    add_blot(picture, ink, place, radius, softness, random);
    for (int d = 0; d < kDroplets; ++d) {
      const double angle = random.uniform(0.0, 2 * std::numbers::pi);
      const double away = radius * random.uniform(1.2, 1.9);
      const Place beside{place.x + away * std::cos(angle), place.y + away * std::sin(angle)};
      add_blot(picture, ink, beside, radius * random.uniform(0.08, 0.22), softness, random);
    }
  }
  return ink.over(picture, 0);
}

Image bubble(ImageView picture, const Magnitude& magnitude, Random& random) {
  constexpr int kFewest = 7;
  constexpr double kSmallestPx = 3, kRimPx = 2;
  constexpr double kInside = 100.0 / 255, kRim = 130.0 / 255;  // shares of white
  const double scale = px_scale(picture), rim = kRimPx * scale;
  Layer white(picture);
  const auto bubbles = kFewest + random.below(static_cast<std::uint64_t>(magnitude[1]) - kFewest + 1);
  for (std::uint64_t i = 0; i < bubbles; ++i) {
    const double radius = random.uniform(kSmallestPx, magnitude[0]) * scale;
    const Place place = draw_place(picture, radius, random);
    for_each_near(picture, place, radius + rim + 1, [&](int x, int y, double dx, double dy) {
      const double distance = std::hypot(dx, dy) - radius;
      const double inner = cover(distance, 1), whole = cover(distance - rim, 1);
      // A bubble hides those behind it.
      white.at(x, y) =
          static_cast<float>((1 - whole) * white.at(x, y) + (whole - inner) * kRim + inner * kInside);
    });
  }
  return white.over(picture, 255);
}

}  // namespace giemsa
