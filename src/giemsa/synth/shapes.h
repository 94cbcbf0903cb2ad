#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "giemsa/core/random.h"

namespace giemsa::synth {

/// A place on the smear in µm; the origin is the middle of the picture.
struct Point {
  float x = 0, y = 0;

  Point operator+(Point o) const { return {x + o.x, y + o.y}; }
  Point operator-(Point o) const { return {x - o.x, y - o.y}; }
  Point operator*(float s) const { return {x * s, y * s}; }
  float length() const { return std::sqrt(x * x + y * y); }
};

inline float dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

/// The point at `angle` (radians) on the circle of `radius` around the origin.
inline Point polar(float angle, float radius) { return {radius * std::cos(angle), radius * std::sin(angle)}; }

/// A random angle in [0, 2π).
float random_angle(Random& random);

/// A uniformly random point of the disc of `radius` around the origin.
Point random_in_disc(Random& random, float radius);

/// How far an outline departs from a circle.
struct OutlineStyle {
  float elongation = 0.05f;   ///< length / width - 1, at most
  float wobble_frac = 0.02f;  ///< sd of each low harmonic over the radius
  float ruffle_frac = 0.f;    ///< sd of each high harmonic over the radius: frayed or spiky edges
};

/// A closed outline r(angle) around a centre: an ellipse with low-order Fourier harmonics.
class Outline {
 public:
  Outline(Point centre, float radius_um, const OutlineStyle& style, Random& random);

  Point centre() const { return centre_; }
  float largest_radius() const { return largest_; }
  /// The radius in the direction of p, seen from the centre.
  float radius_towards(Point p) const;
  /// Distance of p to the outline, measured along the ray from the centre; negative inside.
  float distance(Point p) const { return (p - centre_).length() - radius_towards(p); }

 private:
  static constexpr int kDirections = 256;
  Point centre_;
  float largest_ = 0;
  std::array<float, kDirections + 1> radius_{};
};

/// A smooth random displacement of the plane, a few plane waves; makes drawn shapes look grown.
class Warp {
 public:
  /// amplitude_um: of the longest wave; wavelength_um: its length. The others are shorter and weaker.
  Warp(float amplitude_um, float wavelength_um, Random& random);
  Point operator()(Point p) const;

 private:
  struct Wave {
    Point direction, shift;
    float phase;
  };
  std::array<Wave, 4> waves_;
};

/// A nucleus: rods with round ends whose radius runs from one end to the other, melted into each other.
/// A ball is a rod of no length; lobes on thin strands, bands and kidneys are chains of rods.
class Nucleus {
 public:
  Nucleus(float melt_um, const Warp& warp) : melt_um_(melt_um), warp_(warp) {}

  void add_ball(Point centre, float radius) { add_rod(centre, centre, radius, radius); }
  void add_rod(Point from, Point to, float from_radius, float to_radius);
  bool empty() const { return rods_.empty(); }
  /// Distance of p to the edge; negative inside; approximate far from it.
  float distance(Point p) const;
  /// Moves the rods so that the middle of their extent lies at `target`, and shrinks them where they would
  /// reach further than `reach_um` from there.
  void fit(Point target, float reach_um);

 private:
  struct Rod {
    Point from, to;
    float from_radius, to_radius;
  };
  template <class Change>
  void for_each_end(Change&& change) {
    for (Rod& rod : rods_) {
      change(rod.from, rod.from_radius);
      change(rod.to, rod.to_radius);
    }
  }

  std::vector<Rod> rods_;
  float melt_um_;
  Warp warp_;
};

}  // namespace giemsa::synth
