#pragma once
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <span>
#include <string_view>
#include <utility>

namespace giemsa {

/// SplitMix64's finaliser: a bijection on 64 bits that mixes well (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// FNV-1a over the bytes of `text`; turns names into keys of random streams.
constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

/// A random stream named by its keys: the same keys give the same numbers on every machine.
/// Streams are cheap; make one for each (seed, epoch, record) instead of sharing one, so that
/// results do not depend on who draws first. Generator: xoshiro256++ (Blackman, Vigna 2019).
///
///     Random random({seed, fnv1a("augment"), epoch, record});
///     const float angle_deg = random.uniform(-180.f, 180.f);
class Random {
 public:
  explicit Random(std::initializer_list<std::uint64_t> keys) {
    std::uint64_t key = 0;
    for (const std::uint64_t k : keys) key = mix64(key ^ mix64(k));
    for (auto& word : state_) word = key = mix64(key);
  }

  /// 64 random bits.
  std::uint64_t bits() {
    auto& s = state_;
    const std::uint64_t result = rotl(s[0] + s[3], 23) + s[0];
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
  }

  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  /// Uniform in [low, high); low where both are equal.
  template <std::floating_point T>
  T uniform(T low, T high) {
    const T value = static_cast<T>(low + (high - low) * uniform());
    return value < high ? value : std::nextafter(high, low);  // rounding to T may have reached `high`
  }
  /// Uniform integer in [0, n); n > 0. Unbiased (Lemire 2019).
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t threshold = -n % n;
    for (;;) {
      __extension__ using Wide = unsigned __int128;
      const Wide product = static_cast<Wide>(bits()) * n;
      if (static_cast<std::uint64_t>(product) >= threshold) return static_cast<std::uint64_t>(product >> 64);
    }
  }
  /// True with the given probability.
  bool chance(double probability) { return uniform() < probability; }
  /// Standard normal (Box–Muller; one value per call).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }
  double normal(double mean, double sd) { return mean + sd * normal(); }

  /// Fisher–Yates shuffle in place.
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static constexpr std::uint64_t rotl(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  std::uint64_t state_[4];
};

}  // namespace giemsa
