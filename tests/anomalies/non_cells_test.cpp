#include "giemsa/anomalies/non_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "descriptors/drawn_thumbnail.h"
#include "giemsa/image/codec.h"
#include "shared_data.h"

namespace giemsa {
namespace {

using namespace testing;

std::vector<Appearance> cells_and_junk(std::uint64_t cells, std::uint64_t junk) {
  std::vector<Appearance> all;
  for (std::uint64_t i = 0; i < cells; ++i) all.push_back(appearance(drawn_cell(i)));
  for (std::uint64_t i = 0; i < junk; ++i) all.push_back(appearance(drawn_non_cell(i)));
  return all;
}

/// How many of the first `good`, and of the rest, are flagged.
std::pair<std::size_t, std::size_t> flagged(const std::vector<NonCellScore>& scores, std::size_t good) {
  const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(good);
  return {std::count_if(scores.begin(), middle, [](const auto& s) { return s.flagged; }),
          std::count_if(middle, scores.end(), [](const auto& s) { return s.flagged; })};
}

TEST(NonCells, AreFoundAmongDrawnCells) {
  const auto scores = find_non_cells(cells_and_junk(500, 20));
  const auto [good, junk] = flagged(scores, 500);
  EXPECT_LE(good, 1u);
  EXPECT_EQ(junk, 20u);
  for (const NonCellScore& score : scores) {
    EXPECT_EQ(score.flagged, score.score > 1);
    EXPECT_EQ(score.evidence.empty(), !score.flagged);
  }
  EXPECT_NE(scores.back().evidence.find(" times as far from the bulk of the set"), std::string::npos);
}

TEST(NonCells, AreFewWhereThereIsNoJunk) {
  EXPECT_LE(flagged(find_non_cells(cells_and_junk(400, 0)), 400).first, 2u);
}

TEST(NonCells, OfTinySetsAreNone) {
  EXPECT_TRUE(find_non_cells({}).empty());
  for (const NonCellScore& score : find_non_cells(cells_and_junk(7, 1))) EXPECT_FALSE(score.flagged);
}

TEST(NonCells, OfEqualPicturesAreNone) {
  const std::vector<Appearance> equal(60, appearance(drawn_cell(1)));
  EXPECT_EQ(flagged(find_non_cells(equal), 60).first, 0u);
}

TEST(NonCells, FewerWithAWiderLimit) {
  const auto all = cells_and_junk(200, 10);
  EXPECT_EQ(flagged(find_non_cells(all, {.sigmas = 100}), 200).second, 0u);
}

// Real cells of all classes, against fields of red cells cut from the corners of smears, photographs at
// several scales and drawn junk.
TEST(NonCells, AreFoundAmongRealCells) {
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  GIEMSA_NEEDS_SHARED("data/pbc/raw_sample");
  GIEMSA_NEEDS_SHARED("data/photos");
  const auto pictures_of = [](const std::filesystem::path& folder, std::size_t every) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shared_data(folder))) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<Image> images;
    for (std::size_t i = 0; i < files.size(); i += every) images.push_back(read_image(files[i]));
    return images;
  };
  std::vector<Appearance> all;
  for (const Image& cell : pictures_of("data/pbc/images", 6)) all.push_back(appearance(thumbnail(cell)));
  const std::size_t good = all.size();
  for (const Image& photo : pictures_of("data/photos", 1)) {
    const int side = std::min(photo.width(), photo.height());
    all.push_back(appearance(thumbnail(photo)));
    for (const int part : {2, 4})
      all.push_back(appearance(thumbnail(photo.view().crop(side / 4, side / 4, side / part, side / part))));
  }
  for (const Image& smear : pictures_of("data/pbc/raw_sample", 4)) {
    constexpr int kCorner_px = 100;
    all.push_back(appearance(thumbnail(smear.view().crop(0, 0, kCorner_px, kCorner_px))));
  }
  for (std::uint64_t i = 0; i < 40; ++i) all.push_back(appearance(drawn_non_cell(i)));

  const auto [cells, junk] = flagged(find_non_cells(all), good);
  EXPECT_GT(good, 2200u);
  EXPECT_LE(static_cast<double>(cells), 0.003 * static_cast<double>(good));
  EXPECT_GE(static_cast<double>(junk), 0.95 * static_cast<double>(all.size() - good))
      << junk << " of " << all.size() - good;
}

}  // namespace
}  // namespace giemsa
