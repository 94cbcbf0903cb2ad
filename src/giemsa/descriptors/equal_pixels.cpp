#include "giemsa/descriptors/equal_pixels.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>
#include <utility>

namespace giemsa {
namespace {

/// Bounds in levels: of one pixel of grey, of the mean of grey, and of one pixel of colour.
constexpr int kMostOfPixel = 20, kMostOfMean = 6, kMostOfColour = 8;

template <class Levels>
bool within(const Levels& a, const Levels& b, int most) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::abs(a[i] - b[i]) > most) return false;
  }
  return true;
}

std::pair<int, int> size_of(const PictureFacts& picture) { return {picture.width, picture.height}; }

/// Marks those of `among` that have another's size and fingerprint.
void mark_same_looks(std::span<const PictureFacts> pictures, std::vector<std::size_t>& among,
                     std::vector<char>& found) {
  const auto looks = [&](std::size_t i) {
    const PictureFacts& picture = pictures[i];
    return std::tie(picture.width, picture.height, picture.fingerprint.luma, picture.fingerprint.colour);
  };
  std::ranges::sort(among, [&](std::size_t a, std::size_t b) { return looks(a) < looks(b); });
  for (std::size_t k = 1; k < among.size(); ++k) {
    if (looks(among[k - 1]) == looks(among[k])) found[among[k - 1]] = found[among[k]] = true;
  }
}

/// Marks those of each list that look like one of the other, of their size.
void mark_similar_looks(std::span<const PictureFacts> pictures, std::vector<std::size_t>& some,
                        std::vector<std::size_t>& others, std::vector<char>& found) {
  const auto place = [&](std::size_t i) {
    return std::pair(size_of(pictures[i]), pictures[i].statistics.luma_mean);
  };
  std::ranges::sort(others, {}, place);
  for (const std::size_t i : some) {
    const auto [size, mean] = place(i);
    auto other = std::ranges::lower_bound(others, std::pair(size, mean - kMostOfMean), {}, place);
    for (; other != others.end() && place(*other) <= std::pair(size, mean + kMostOfMean); ++other) {
      if (found[i] && found[*other]) continue;
      if (may_have_equal_pixels(pictures[i].fingerprint, pictures[*other].fingerprint))
        found[i] = found[*other] = true;
    }
  }
}

}  // namespace

bool may_have_equal_pixels(const Fingerprint& a, const Fingerprint& b) {
  return within(a.luma, b.luma, kMostOfPixel) && within(a.colour[0], b.colour[0], kMostOfColour) &&
         within(a.colour[1], b.colour[1], kMostOfColour);
}

std::vector<std::size_t> possibly_equal(std::span<const PictureFacts> pictures) {
  std::map<ContentHash, std::size_t> contents;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!pictures[i].broken) contents.emplace(pictures[i].pixels, i);
  }
  std::vector<std::size_t> rgb, ycc;
  for (const auto& [hash, i] : contents) (pictures[i].ycc ? ycc : rgb).push_back(i);

  std::vector<char> found(pictures.size(), false);
  mark_same_looks(pictures, rgb, found);
  mark_same_looks(pictures, ycc, found);
  mark_similar_looks(pictures, rgb, ycc, found);
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (found[i]) numbers.push_back(i);
  }
  return numbers;
}

}  // namespace giemsa
