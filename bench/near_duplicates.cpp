// How long the search for near-duplicates takes at growing numbers of pictures:
//
//     bench_near_duplicates 10000 100000 1000000
//
// prints one line "pictures seconds pairs" for each. The pictures are made up from drawn cells: the middle of
// one within the surroundings of another, turned and lit anew, so that a million of them are as varied, and
// as alike, as a large set of smears. One in a hundred is a turned copy of the one before.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"
#include "giemsa/descriptors/thumbnail.h"
#include "giemsa/duplicates/near_duplicates.h"
#include "giemsa/synth/cell_painter.h"

namespace {

using namespace giemsa;

constexpr std::size_t kDrawn = 4'000;

template <std::size_t S>
std::array<std::uint8_t, S> turned(const std::array<std::uint8_t, S>& in, int side, Symmetry symmetry) {
  const auto [flip_x, flip_y, transpose] = parts_of(symmetry);
  std::array<std::uint8_t, S> out;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int from_x = flip_x ? side - 1 - x : x, from_y = flip_y ? side - 1 - y : y;
      out[y * side + x] = transpose ? in[from_x * side + from_y] : in[from_y * side + from_x];
    }
  return out;
}

Fingerprint turned(const Fingerprint& in, Symmetry symmetry) {
  return {turned(in.luma, kFingerprintPx, symmetry),
          {turned(in.colour[0], kFingerprintColourPx, symmetry),
           turned(in.colour[1], kFingerprintColourPx, symmetry)}};
}

/// `inner` inside a soft disc, `outer` around it.
template <std::size_t S>
void blend(std::array<std::uint8_t, S>& inner, const std::array<std::uint8_t, S>& outer, int side,
           double radius, double gain) {
  const auto width = static_cast<std::size_t>(side);
  for (std::size_t i = 0; i < S; ++i) {
    const double x = static_cast<double>(i % width) + 0.5, y = static_cast<double>(i / width) + 0.5;
    const double distance = std::hypot(x / side - 0.5, y / side - 0.5);
    const double share = std::clamp((radius - distance) / 0.06 + 0.5, 0.0, 1.0);
    inner[i] = static_cast<std::uint8_t>(
        std::clamp(gain * (share * inner[i] + (1 - share) * outer[i]) + 0.5, 0.0, 255.0));
  }
}

Fingerprint made_up(const std::vector<Fingerprint>& drawn, std::size_t number) {
  Random random({fnv1a("bench_near_duplicates"), number});
  const auto any = [&] {
    return turned(drawn[random.below(kDrawn)], static_cast<Symmetry>(random.below(kSymmetryCount)));
  };
  Fingerprint made = any();
  const Fingerprint around = any();
  const double radius = random.uniform(0.28, 0.42), gain = random.uniform(0.9, 1.08);
  blend(made.luma, around.luma, kFingerprintPx, radius, gain);
  for (std::size_t c = 0; c < 2; ++c)
    blend(made.colour[c], around.colour[c], kFingerprintColourPx, radius, 1);
  return made;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<Fingerprint> drawn(kDrawn);
  parallel_for(kDrawn, 0, [&](std::size_t i) {
    Random random({fnv1a("bench_near_duplicates.drawn"), i});
    drawn[i] = fingerprint(thumbnail(draw_cell(static_cast<CellClass>(i % kCellClassCount), 32, random)));
  });
  for (int a = 1; a < count; ++a) {
    std::vector<Fingerprint> prints(std::strtoull(arguments[a], nullptr, 10));
    parallel_for(prints.size(), 0, [&](std::size_t i) {
      prints[i] = i % 100 == 99
                      ? turned(made_up(drawn, i - 1), static_cast<Symmetry>(i / 100 % kSymmetryCount))
                      : made_up(drawn, i);
    });
    std::vector<const Fingerprint*> list;
    for (const Fingerprint& print : prints) list.push_back(&print);
    const auto start = std::chrono::steady_clock::now();
    const std::size_t pairs = find_near_duplicates(list).size();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    fmt::print("{} {:.2f} {}\n", prints.size(), taken.count(), pairs);
    std::fflush(stdout);
  }
}
