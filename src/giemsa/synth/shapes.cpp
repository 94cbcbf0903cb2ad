#include "giemsa/synth/shapes.h"

#include <numbers>

namespace giemsa::synth {
namespace {

constexpr float kTwoPi = 2.f * std::numbers::pi_v<float>;

/// The direction of p as a fraction of a turn in [0, 1); error below 1e-3 of a turn.
float turn_of(Point p) {
  const float ax = std::abs(p.x), ay = std::abs(p.y);
  const float largest = std::max(ax, ay);
  if (largest == 0) return 0;
  // atan on [0, 1] by a quadratic, then unfolded into the octants; std::atan2 would cost half of the drawing.
  const float t = std::min(ax, ay) / largest;
  float turn = t * (1.f + 0.2732f * (1.f - t)) / 8.f;
  if (ay > ax) turn = 0.25f - turn;
  if (p.x < 0) turn = 0.5f - turn;
  if (p.y < 0) turn = 1.f - turn;
  return turn >= 1.f ? 0.f : turn;
}

}  // namespace

float random_angle(Random& random) { return random.uniform(0.f, kTwoPi); }

Point random_in_disc(Random& random, float radius) {
  const float r = radius * std::sqrt(random.uniform(0.f, 1.f));
  return polar(random_angle(random), r);
}

Outline::Outline(Point centre, float radius_um, const OutlineStyle& style, Random& random) : centre_(centre) {
  constexpr int kLow = 5, kHigh = 22;
  struct Harmonic {
    float order, amplitude, phase;
  };
  std::vector<Harmonic> harmonics, ruffles;
  for (int order = 2; order <= kLow; ++order)
    harmonics.push_back(
        {float(order), style.wobble_frac * float(random.normal()) * 2.f / order, random_angle(random)});
  for (int order = kLow + 1; style.ruffle_frac > 0 && order <= kHigh; ++order)
    ruffles.push_back({float(order), style.ruffle_frac * float(random.normal()), random_angle(random)});
  const float stretch = std::sqrt(1.f + random.uniform(0.f, style.elongation));
  const float axis = random_angle(random);
  // Frayed edges come in stretches; all round they would look like a cogwheel.
  const float first = random_angle(random), second = random_angle(random);

  for (int i = 0; i < kDirections; ++i) {
    const float angle = kTwoPi * i / kDirections;
    const float c = std::cos(angle - axis) / stretch, s = std::sin(angle - axis) * stretch;
    float r = 1.f / std::sqrt(c * c + s * s);
    for (const Harmonic& h : harmonics) r += h.amplitude * std::cos(h.order * angle + h.phase);
    if (!ruffles.empty()) {
      const float frayed =
          std::max(0.f, 0.4f + 0.5f * std::cos(angle + first) + 0.3f * std::cos(2 * angle + second));
      for (const Harmonic& h : ruffles) r += frayed * h.amplitude * std::cos(h.order * angle + h.phase);
    }
    radius_[i] = radius_um * std::max(r, 0.3f);
  }
  radius_[kDirections] = radius_[0];
  largest_ = *std::max_element(radius_.begin(), radius_.end());
}

float Outline::radius_towards(Point p) const {
  const float position = turn_of(p - centre_) * kDirections;
  const int i = std::min(int(position), kDirections - 1);
  return radius_[i] + (position - i) * (radius_[i + 1] - radius_[i]);
}

Warp::Warp(float amplitude_um, float wavelength_um, Random& random) {
  for (std::size_t i = 0; i < waves_.size(); ++i) {
    const float octave = 1.f + 0.6f * i;
    waves_[i] = {polar(random_angle(random), kTwoPi * octave / wavelength_um),
                 polar(random_angle(random), amplitude_um / octave), random_angle(random)};
  }
}

Point Warp::operator()(Point p) const {
  Point moved = p;
  for (const Wave& w : waves_)
    moved = moved + w.shift * std::sin(p.x * w.direction.x + p.y * w.direction.y + w.phase);
  return moved;
}

void Nucleus::add_rod(Point from, Point to, float from_radius, float to_radius) {
  rods_.push_back({from, to, from_radius, to_radius});
}

float Nucleus::distance(Point p) const {
  const Point q = warp_(p);
  float nearest = 1e3f;
  for (const Rod& rod : rods_) {
    const Point to_q = q - rod.from, along = rod.to - rod.from;
    const float length2 = std::max(dot(along, along), 1e-6f);
    const float t = std::clamp(dot(to_q, along) / length2, 0.f, 1.f);
    const float d = (to_q - along * t).length() - (rod.from_radius + t * (rod.to_radius - rod.from_radius));
    // Polynomial smooth minimum: two edges closer than melt_um_ flow together.
    const float h = std::max(melt_um_ - std::abs(nearest - d), 0.f) / melt_um_;
    nearest = std::min(nearest, d) - 0.25f * melt_um_ * h * h;
  }
  return nearest;
}

void Nucleus::fit(Point target, float reach_um) {
  Point low{1e3f, 1e3f}, high{-1e3f, -1e3f};
  for_each_end([&](Point& end, float& r) {
    low = {std::min(low.x, end.x - r), std::min(low.y, end.y - r)};
    high = {std::max(high.x, end.x + r), std::max(high.y, end.y + r)};
  });
  const Point middle = (low + high) * 0.5f;
  float reach = 0;
  for_each_end([&](Point& end, float& r) { reach = std::max(reach, (end - middle).length() + r); });
  const float scale = std::min(1.f, reach_um / reach);
  for_each_end([&](Point& end, float& r) {
    end = target + (end - middle) * scale;
    r *= scale;
  });
}

}  // namespace giemsa::synth
