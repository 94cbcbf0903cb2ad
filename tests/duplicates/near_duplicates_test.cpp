#include "giemsa/duplicates/near_duplicates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>
#include <set>
#include <string>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/descriptors/thumbnail.h"
#include "giemsa/image/codec.h"
#include "giemsa/synth/cell_painter.h"
#include "shared_data.h"

namespace giemsa {
namespace {

constexpr int kCells = 240;

const std::vector<Image>& cells() {
  static const std::vector<Image> kDrawn = [] {
    std::vector<Image> drawn(kCells);
    parallel_for(kCells, 2, [&](std::size_t i) {
      Random random({fnv1a("near_duplicates_test"), i});
      drawn[i] = draw_cell(static_cast<CellClass>(i % kCellClassCount), 128, random);
    });
    return drawn;
  }();
  return kDrawn;
}

Fingerprint fingerprint_of(const Image& image) { return fingerprint(thumbnail(image)); }

std::vector<NearPair> search(const std::vector<Fingerprint>& prints,
                             const NearDuplicateOptions& options = {}) {
  std::vector<const Fingerprint*> list;
  for (const Fingerprint& print : prints) list.push_back(&print);
  return find_near_duplicates(list, options);
}

Image turned(const Image& image, Symmetry symmetry) {
  const auto [flip_x, flip_y, transpose] = parts_of(symmetry);
  const int width = transpose ? image.height() : image.width();
  const int height = transpose ? image.width() : image.height();
  Image out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int from_x = flip_x ? width - 1 - x : x, from_y = flip_y ? height - 1 - y : y;
      if (transpose) std::swap(from_x, from_y);
      std::copy_n(image.row(from_y) + 3 * from_x, 3, out.row(y) + 3 * x);
    }
  return out;
}

Image cropped(const Image& image, Random& random) {
  const auto cut = [&] { return static_cast<int>(random.uniform(0., 0.1) * image.width()); };
  const int left = cut(), right = cut(), top = cut(), bottom = cut();
  const ImageView part =
      image.view().crop(left, top, image.width() - left - right, image.height() - top - bottom);
  Image out(part.width, part.height);
  for (int y = 0; y < part.height; ++y) std::copy_n(part.row(y), 3 * part.width, out.row(y));
  return out;
}

Image resized(const Image& image, int width, int height) {  // nearest pixel: the worst way
  Image out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      std::copy_n(image.row(y * image.height() / height) + 3 * (x * image.width() / width), 3,
                  out.row(y) + 3 * x);
  return out;
}

Image encoded(const Image& image, int quality) { return decode_image(encode_jpeg(image, quality), "test"); }

Image lit(const Image& image, double gain, double offset) {
  Image out = image;
  for (std::size_t i = 0; i < image.bytes().size(); ++i)
    out.pixels()[i] = static_cast<std::uint8_t>(std::clamp(gain * image.pixels()[i] + offset, 0., 255.));
  return out;
}

struct Change {
  std::string name;
  std::function<Image(const Image&, Random&)> make;
  int at_least;  // of kCells
};

class NearDuplicatesOf : public ::testing::TestWithParam<Change> {};

TEST_P(NearDuplicatesOf, AreFoundAndNothingElse) {
  std::vector<Fingerprint> prints;
  for (const Image& cell : cells()) prints.push_back(fingerprint_of(cell));
  for (std::size_t i = 0; i < kCells; ++i) {
    Random random({fnv1a(GetParam().name), i});
    prints.push_back(fingerprint_of(GetParam().make(cells()[i], random)));
  }
  int found = 0;
  for (const NearPair& pair : search(prints)) {
    EXPECT_EQ(pair.a + kCells, pair.b);
    found += pair.a + kCells == pair.b;
  }
  EXPECT_GE(found, GetParam().at_least);
}

Symmetry any_symmetry(Random& random) { return static_cast<Symmetry>(random.below(kSymmetryCount)); }

INSTANTIATE_TEST_SUITE_P(
    Kinds, NearDuplicatesOf,
    ::testing::Values(
        Change{"jpeg_30", [](const Image& i, Random&) { return encoded(i, 30); }, 240},
        Change{"smaller", [](const Image& i, Random&) { return resized(i, 51, 51); }, 240},
        Change{"larger", [](const Image& i, Random&) { return resized(i, 256, 256); }, 240},
        Change{"squeezed", [](const Image& i, Random&) { return resized(i, 160, 90); }, 240},
        Change{"turned", [](const Image& i, Random& r) { return turned(i, any_symmetry(r)); }, 240},
        Change{"lit",
               [](const Image& i, Random& r) { return lit(i, r.uniform(.9, 1.1), r.uniform(-10., 10.)); },
               240},
        Change{"cropped", [](const Image& i, Random& r) { return cropped(i, r); }, 236},
        Change{"cropped_and_enlarged",
               [](const Image& i, Random& r) { return resized(cropped(i, r), 128, 128); }, 236},
        Change{"all",
               [](const Image& i, Random& r) {
                 return encoded(lit(cropped(turned(i, any_symmetry(r)), r), r.uniform(.93, 1.07), 0), 50);
               },
               234}),
    [](const auto& kind) { return kind.param.name; });

TEST(NearDuplicates, DrawnCellsAreAllDifferent) {
  std::vector<Fingerprint> prints(800);
  parallel_for(prints.size(), 2, [&](std::size_t i) {
    Random random({fnv1a("near_duplicates_test.many"), i});
    prints[i] = fingerprint_of(draw_cell(static_cast<CellClass>(i % kCellClassCount), 64, random));
  });
  EXPECT_LE(search(prints).size(), 1u);
}

TEST(NearDuplicates, TellHowTheSecondFitsOntoTheFirst) {
  for (int s = 0; s < kSymmetryCount; ++s) {
    const auto symmetry = static_cast<Symmetry>(s);
    const std::vector<NearPair> pairs =
        search({fingerprint_of(turned(cells()[5], symmetry)), fingerprint_of(cells()[5])});
    ASSERT_EQ(pairs.size(), 1u) << symmetry_name(symmetry);
    EXPECT_EQ(pairs[0].symmetry, symmetry) << symmetry_name(pairs[0].symmetry);
    EXPECT_GT(pairs[0].similarity, 0.99f);
  }
}

TEST(NearDuplicates, DoNotDependOnThreadsOrOrder) {
  std::vector<Fingerprint> prints;
  for (std::size_t i = 0; i < kCells; ++i) {
    Random random({fnv1a("order"), i});
    prints.push_back(fingerprint_of(cells()[i]));
    if (i % 3 == 0)
      prints.push_back(fingerprint_of(turned(cropped(cells()[i], random), any_symmetry(random))));
  }
  const std::vector<NearPair> expected = search(prints, {.threads = 1});
  EXPECT_GE(expected.size(), 74u);
  EXPECT_EQ(search(prints, {.threads = 4}), expected);

  std::vector<std::size_t> order(prints.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random({7});
  random.shuffle(std::span(order));
  std::vector<Fingerprint> shuffled;
  for (const std::size_t i : order) shuffled.push_back(prints[i]);
  std::vector<NearPair> again = search(shuffled);
  for (NearPair& pair : again) {
    pair.a = order[pair.a], pair.b = order[pair.b];
    if (pair.a < pair.b) continue;
    std::swap(pair.a, pair.b);
    pair.symmetry = inverse(pair.symmetry);
  }
  std::ranges::sort(again, {}, [](const NearPair& p) { return std::pair(p.a, p.b); });
  EXPECT_EQ(again, expected);
}

TEST(NearDuplicates, TieALargeGroupTogether) {
  std::vector<Fingerprint> prints;
  for (std::size_t i = 0; i < 60; ++i) prints.push_back(fingerprint_of(cells()[i]));
  for (std::size_t i = 0; i < 300; ++i) {
    Random random({fnv1a("flood"), i});
    const Image& one = cells()[11];
    prints.push_back(
        fingerprint_of(i % 2 ? encoded(cropped(one, random), 60) : lit(one, random.uniform(.9, 1.1), 0)));
  }
  std::set<std::size_t> reached{11};  // along pairs
  const std::vector<NearPair> pairs = search(prints);
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const NearPair& pair : pairs)
      if (reached.contains(pair.a) || reached.contains(pair.b)) reached.insert({pair.a, pair.b});
  }
  EXPECT_EQ(reached.size(), 301u);
  EXPECT_LT(pairs.size(), 300u * 30);
}

TEST(NearDuplicates, TellColoursApart) {
  Image other = cells()[2];  // the same grey, other colours: Cb and Cr change places
  for (int i = 0; i < other.width() * other.height(); ++i) {
    std::uint8_t* p = other.pixels() + 3 * i;
    const double luma = 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
    const double cb = (p[2] - luma) / 1.772, cr = (p[0] - luma) / 1.402;
    const double rgb[] = {luma - 1.402 * cb, luma + 0.344136 * cr + 0.714136 * cb, luma - 1.772 * cr};
    for (int c = 0; c < 3; ++c) p[c] = static_cast<std::uint8_t>(std::clamp(rgb[c], 0., 255.));
  }
  EXPECT_TRUE(search({fingerprint_of(cells()[2]), fingerprint_of(other)}).empty());
}

TEST(NearDuplicates, BlankPicturesHaveNothingToCompare) {
  std::vector<Fingerprint> prints;
  for (int level = 0; level < 256; level += 5) {
    Image blank(80, 60);
    std::fill_n(blank.pixels(), 3 * 80 * 60, static_cast<std::uint8_t>(level));
    prints.push_back(fingerprint_of(blank));
  }
  EXPECT_TRUE(search(prints).empty());
}

TEST(NearDuplicates, NeedTwoPicturesAndOptionsInRange) {
  EXPECT_TRUE(search({}).empty());
  const Fingerprint one = fingerprint_of(cells()[0]);
  EXPECT_TRUE(search({one}).empty());
  EXPECT_THROW(search({one, one}, {.similarity = 1.5}), Error);
  EXPECT_THROW(search({one, one}, {.neighbours = 0}), Error);
}

// The four pairs of different files that show one cell, checked by eye.
TEST(NearDuplicates, OfTheRealSet) {
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  const auto root = testing::shared_data("data/pbc/images");
  std::vector<std::string> names;
  for (const std::string folder : {"eosinophil", "ig", "monocyte"})
    for (const auto& entry : std::filesystem::directory_iterator(root / folder))
      if (entry.path().extension() == ".jpg")
        names.push_back(folder + "/" + entry.path().filename().string());
  std::ranges::sort(names);
  std::vector<Fingerprint> prints(names.size());
  parallel_for(names.size(), 0,
               [&](std::size_t i) { prints[i] = fingerprint_of(read_image(root / names[i])); });
  std::set<std::string> found;
  for (const NearPair& pair : search(prints))
    if (prints[pair.a] != prints[pair.b]) found.insert(names[pair.a] + " " + names[pair.b]);
  const std::set<std::string> expected{"eosinophil/EO_246684.jpg eosinophil/EO_409717.jpg",
                                       "eosinophil/EO_464387.jpg eosinophil/EO_800344.jpg",
                                       "ig/IG_466905.jpg ig/IG_855229.jpg",
                                       "monocyte/MO_231316.jpg monocyte/MO_415531.jpg"};
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace giemsa
