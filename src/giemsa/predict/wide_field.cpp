#include "giemsa/predict/wide_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <utility>
#include <vector>

#include "giemsa/augment/stain.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {
namespace {

/// The picture is measured on a grid of places, of half a micrometre in CellaVision's frames.
constexpr int kGrid = 72, kPlaces = kGrid * kGrid;
using Mask = std::vector<char>;  // [kGrid, kGrid]

/// Where the nuclear stain lies, and where anything lies.
struct Stained {
  Mask violet = Mask(kPlaces), covered = Mask(kPlaces);
};

Stained stained_places(const Image& grid) {
  // Decadic optical densities against the clear ground.
  const std::array<double, 3> ground = clear_ground(grid);
  std::array<std::array<float, 256>, 3> density;
  for (int c = 0; c < 3; ++c) {
    for (int v = 0; v < 256; ++v) density[c][v] = static_cast<float>(std::log10((ground[c] + 1) / (v + 1)));
  }
  Stained stained;
  std::vector<float> violet(kPlaces);
  for (int i = 0; i < kPlaces; ++i) {
    const std::uint8_t* pixel = grid.pixels() + 3 * i;
    violet[i] = density[0][pixel[0]] - std::max(0.f, density[2][pixel[2]]);
    stained.covered[i] = density[1][pixel[1]] > 0.04f;
  }
  // A share of the deepest stain, since laboratories differ in how deeply they stain.
  constexpr int kDeepest = kPlaces / 100;
  std::vector<float> deepest = violet;
  std::ranges::nth_element(deepest, deepest.begin() + kDeepest, std::ranges::greater());
  float sum = 0;
  for (int i = 0; i < kDeepest; ++i) sum += deepest[i];
  const float limit = std::max(0.04f, 0.35f * sum / kDeepest);
  for (int i = 0; i < kPlaces; ++i) stained.violet[i] = violet[i] > limit;
  return stained;
}

/// The places of `mask` that hang together with `start`, across gaps of up to `reach` - 1 places. Marks them
/// in `seen`.
std::vector<int> connected(const Mask& mask, int start, int reach, Mask& seen) {
  std::vector<int> places{start};
  seen[start] = true;
  for (std::size_t next = 0; next < places.size(); ++next) {
    const int x = places[next] % kGrid, y = places[next] / kGrid;
    for (int v = std::max(0, y - reach); v <= std::min(kGrid - 1, y + reach); ++v) {
      for (int u = std::max(0, x - reach); u <= std::min(kGrid - 1, x + reach); ++u) {
        const int at = v * kGrid + u;
        if (!mask[at] || seen[at]) continue;
        seen[at] = true;
        places.push_back(at);
      }
    }
  }
  return places;
}

/// How far a place lies from the middle, in half places.
int off_centre(int coordinate) { return std::abs(2 * coordinate + 1 - kGrid); }

/// FieldOfView::cell.
double cell_share(const Mask& violet) {
  int nearest = -1, least = 2 * kGrid * kGrid;
  for (int i = 0; i < kPlaces; ++i) {
    const int x = off_centre(i % kGrid), y = off_centre(i / kGrid), square = x * x + y * y;
    if (!violet[i] || square >= least) continue;
    nearest = i;
    least = square;
  }
  if (nearest < 0) return 2;
  Mask seen(kPlaces);
  int side = 0;
  constexpr int kLobes = 2;  // the lobes of a nucleus belong together
  for (const int i : connected(violet, nearest, kLobes, seen))
    side = std::max({side, off_centre(i % kGrid) + 1, off_centre(i / kGrid) + 1});
  return static_cast<double>(side) / kGrid;
}

/// Covers the pale middles of red cells.
void fill_holes(Mask& covered) {
  constexpr std::size_t kLargestHole = 150;  // of a red cell that is a third of the picture
  Mask clear(kPlaces), seen(kPlaces);
  for (int i = 0; i < kPlaces; ++i) clear[i] = !covered[i];
  for (int i = 0; i < kPlaces; ++i) {
    if (!clear[i] || seen[i]) continue;
    const std::vector<int> hole = connected(clear, i, 1, seen);
    const bool inside = std::ranges::all_of(
        hole, [](int at) { return std::max(off_centre(at % kGrid), off_centre(at / kGrid)) < kGrid - 1; });
    if (!inside || hole.size() > kLargestHole) continue;
    for (const int at : hole) covered[at] = true;
  }
}

/// From each place of the mask to the nearest beyond it, in thirds of a place (chamfer 3-4: G. Borgefors,
/// Distance transformations in digital images, 1986). What lies outside of the picture is not known, and
/// counts as of the mask.
std::vector<int> distances(const Mask& mask) {
  constexpr int kRow = kGrid + 2, kFar = 3 * kPlaces;
  std::vector<int> padded(kRow * kRow, kFar), result(kPlaces);
  int* const first = padded.data() + kRow + 1;
  // Down the rows, each place looks at its neighbours above and to the left; then back.
  for (int y = 0; y < kGrid; ++y) {
    for (int x = 0; x < kGrid; ++x) {
      int* place = first + y * kRow + x;
      const int above = std::min(std::min(place[-kRow - 1], place[-kRow + 1]) + 4, place[-kRow] + 3);
      *place = mask[y * kGrid + x] ? std::min(above, place[-1] + 3) : 0;
    }
  }
  for (int y = kGrid - 1; y >= 0; --y) {
    for (int x = kGrid - 1; x >= 0; --x) {
      int* place = first + y * kRow + x;
      const int below = std::min(std::min(place[kRow - 1], place[kRow + 1]) + 4, place[kRow] + 3);
      *place = std::min({*place, below, place[1] + 3});
      result[y * kGrid + x] = *place;
    }
  }
  return result;
}

/// FieldOfView::red_cell.
double red_cell_share(Stained stained) {
  constexpr double kUnknown = 0.3;
  constexpr int kCytoplasm = 4 * 3;     // what lies so near to a nucleus is not looked at
  constexpr std::size_t kEnough = 100;  // places: two thirds of a red cell in a frame
  fill_holes(stained.covered);
  for (char& violet : stained.violet) violet = !violet;
  const std::vector<int> to_edge = distances(stained.covered), to_nucleus = distances(stained.violet);
  std::vector<int> depths;
  for (int i = 0; i < kPlaces; ++i) {
    if (stained.covered[i] && to_nucleus[i] > kCytoplasm) depths.push_back(to_edge[i]);
  }
  if (depths.size() < kEnough) return kUnknown;
  // Nine tenths of a disc lie within 1 - √0.1 of its radius from the edge.
  const auto tenth = depths.begin() + static_cast<std::ptrdiff_t>(depths.size() * 9 / 10);
  std::ranges::nth_element(depths, tenth);
  return 2 * (*tenth / 3.0) / (1 - std::sqrt(0.1)) / kGrid;
}

}  // namespace

FieldOfView field_of_view(ImageView picture) {
  const Image grid = crop_and_resize(picture, {.crop_px = 0, .input_px = kGrid});
  Stained stained = stained_places(grid);
  const double cell = cell_share(stained.violet);
  return {cell, red_cell_share(std::move(stained))};
}

bool is_wide_field(ImageView picture) {
  constexpr int kSmallestPx = 300;
  if (std::min(picture.width, picture.height) < kSmallestPx) return false;
  const FieldOfView field = field_of_view(picture);
  return field.cell + 2 * field.red_cell <= 1.1;
}

ImageView looked_at(ImageView picture, const Viewing& viewing) {
  if (!viewing.cut_frames || !is_wide_field(picture)) return picture;
  const auto side = std::lround(0.6 * std::min(picture.width, picture.height));
  return centre_square(picture, {.crop_px = side});
}

}  // namespace giemsa
