#include "giemsa/predict/wide_field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/image/codec.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/predict/evidence.h"
#include "giemsa/synth/cell_painter.h"
#include "predict/random_model.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kGround{253, 228, 202}, kRedCell{205, 160, 165}, kNucleus{80, 40, 130};

void paint_disc(Image& picture, double x, double y, double diameter, const Colour& colour) {
  for (int v = 0; v < picture.height(); ++v) {
    for (int u = 0; u < picture.width(); ++u) {
      if (std::hypot(u + 0.5 - x, v + 0.5 - y) <= diameter / 2)
        std::ranges::copy(colour, picture.row(v) + 3 * u);
    }
  }
}

/// Red cells in rows, and in the middle a stained cell with room around it; diameters in shares of the side.
Image smear(int side, double cell, double red_cell) {
  Image picture(side, side);
  for (int i = 0; i < side * side; ++i) std::ranges::copy(kGround, picture.pixels() + 3 * i);
  const double pitch = 1.3 * red_cell;
  for (double y = 0; red_cell > 0 && y < 1.2; y += pitch) {
    for (double x = 0; x < 1.2; x += pitch) {
      if (std::hypot(x - 0.5, y - 0.5) > 0.55 * (cell + red_cell))
        paint_disc(picture, x * side, y * side, red_cell * side, kRedCell);
    }
  }
  paint_disc(picture, side / 2.0, side / 2.0, cell * side, kNucleus);
  return picture;
}

constexpr double kPlace = 0.041;  ///< what one place of the grid is worth in red cells' diameters

TEST(WideField, IsMeasuredByTheCellAndTheRedCells) {
  const struct {
    int side;
    double cell, red_cell;
    bool wide;
  } kCases[] = {
      {360, 0.35, 0.20, true},                             // a frame of CellaVision
      {360, 0.15, 0.20, true},                             // a platelet in one
      {360, 0.60, 0.20, true},                             // a monocyte
      {575, 0.30, 0.20, true},                             // other sizes
      {299, 0.35, 0.20, false},                            // too small for a frame
      {360, 0.90, 0.20, false},                            // filled by the cell
      {360, 0.58, 0.33, false},                            // a crop that was enlarged
      {575, 0.85, 0.40, false},                            // a tight crop
      {360, 0.35, 0.00, true},                             // no red cell near: the cell alone decides
      {360, 0.70, 0.00, false}, {360, 0.00, 0.20, false},  // no cell
  };
  for (const auto& [side, cell, red_cell, wide] : kCases) {
    const Image picture = smear(side, cell, red_cell);
    const FieldOfView field = field_of_view(picture);
    EXPECT_NEAR(field.cell, cell > 0 ? cell : 2, 0.03) << side;
    EXPECT_NEAR(field.red_cell, red_cell > 0 ? red_cell : 0.3, red_cell > 0 ? kPlace : 0)
        << side << ", " << cell;
    EXPECT_EQ(is_wide_field(picture), wide) << side << ", " << cell << ", " << red_cell;
  }
}

TEST(WideField, LooksAtTheCellInTheMiddle) {
  Image picture = smear(360, 0.35, 0.2);
  paint_disc(picture, 20, 30, 120, kNucleus);  // a neighbour
  EXPECT_NEAR(field_of_view(picture).cell, 0.35, 0.03);
  Image lobes = smear(360, 0, 0.2);  // a nucleus of two lobes, 8 px apart
  paint_disc(lobes, 130, 180, 84, kNucleus);
  paint_disc(lobes, 222, 180, 84, kNucleus);
  EXPECT_NEAR(field_of_view(lobes).cell, (180 - 88) * 2 / 360.0, 0.04);
}

TEST(WideField, PaleMiddlesBelongToRedCells) {
  Image picture = smear(360, 0.35, 0.2);
  const Image without = picture;
  for (double y = 0; y < 1.2; y += 0.26) {
    for (double x = 0; x < 1.2; x += 0.26) {
      if (std::hypot(x - 0.5, y - 0.5) > 0.55 * 0.55) paint_disc(picture, x * 360, y * 360, 25, kGround);
    }
  }
  ASSERT_NE(picture, without);
  EXPECT_NEAR(field_of_view(picture).red_cell, field_of_view(without).red_cell, kPlace);
}

TEST(WideField, AnyPictureCanBeMeasured) {
  const Image one(1, 1);  // black
  EXPECT_EQ(field_of_view(one).cell, 2);
  EXPECT_FALSE(is_wide_field(one));
  EXPECT_FALSE(is_wide_field(Image(400, 1000)));
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    EXPECT_FALSE(is_wide_field(crop_and_resize(noise(seed), {.input_px = 360})));
}

/// A drawn crop of 216 px in the middle of a frame of 360, which its mirror images fill.
Image framed(const Image& crop) {
  constexpr int kFrame = 360;
  const int border = (kFrame - crop.width()) / 2;
  const auto mirrored = [&](int at) {
    const int i = at - border;
    return i < 0 ? -1 - i : i < crop.width() ? i : 2 * crop.width() - 1 - i;
  };
  Image frame(kFrame, kFrame);
  for (int y = 0; y < kFrame; ++y) {
    for (int x = 0; x < kFrame; ++x)
      std::copy_n(crop.row(mirrored(y)) + 3 * mirrored(x), 3, frame.row(y) + 3 * x);
  }
  return frame;
}

TEST(WideField, DrawnCellsAreCutOutOfFramesAndLeftWholeInCrops) {
  constexpr int kEach = 10;
  int frames_cut = 0, crops_cut = 0;
  for (int c = 0; c < kCellClassCount; ++c) {
    for (int i = 0; i < kEach; ++i) {
      Random random({7, static_cast<std::uint64_t>(c), static_cast<std::uint64_t>(i)});
      const Image crop = draw_cell(static_cast<CellClass>(c), 216, random);
      frames_cut += is_wide_field(framed(crop));
      crops_cut += is_wide_field(crop_and_resize(crop, {.input_px = 360}));
    }
  }
  EXPECT_GE(frames_cut, 0.8 * kEach * kCellClassCount);
  EXPECT_LE(crops_cut, 0.2 * kEach * kCellClassCount);
}

TEST(WideField, IsCutToTheSquareThatCropsHave) {
  const Image frame = framed(smear(216, 0.55, 0.33));
  ASSERT_TRUE(is_wide_field(frame));
  const ImageView cut = looked_at(frame, {.cut_frames = true});
  EXPECT_EQ(cut.width, 216);
  EXPECT_EQ(cut.height, 216);
  EXPECT_EQ(cut.pixels, frame.row(72) + 3 * 72);
  EXPECT_EQ(looked_at(frame, {}).pixels, frame.pixels());
  EXPECT_EQ(looked_at(frame, {}).width, 360);
  const Image crop = smear(216, 0.55, 0.33);
  EXPECT_EQ(looked_at(crop, {.cut_frames = true}).width, 216);

  const auto logits = [](ImageView picture, bool cut_frames) {
    Model model = random_model("baseline_cnn");
    return Networks(model).look(picture, {.cut_frames = cut_frames}).logits;
  };
  EXPECT_EQ(logits(frame, true), logits(crop, false));
  EXPECT_NE(logits(frame, false), logits(crop, false));
  EXPECT_EQ(logits(crop, true), logits(crop, false));
}

std::vector<fs::path> pictures_of(const fs::path& folder, std::size_t most_per_class) {
  std::vector<fs::path> all;
  for (const auto& class_folder : fs::directory_iterator(folder)) {
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(class_folder)) files.push_back(file.path());
    std::ranges::sort(files);
    files.resize(std::min(files.size(), most_per_class));
    all.insert(all.end(), files.begin(), files.end());
  }
  return all;
}

TEST(WideField, FramesOfCellaVision) {
  GIEMSA_NEEDS_SHARED("data/pbc/raw_sample");
  const std::vector<fs::path> frames = pictures_of(shared_data("data/pbc/raw_sample"), 1000);
  EXPECT_EQ(frames.size(), 48u);
  for (const fs::path& frame : frames) EXPECT_TRUE(is_wide_field(read_image(frame))) << frame;
}

TEST(WideField, EnlargedCropsAreSeldomTakenForFrames) {
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  const std::vector<fs::path> crops = pictures_of(shared_data("data/pbc/images"), 50);
  std::size_t cut = 0;
  for (const fs::path& crop : crops) {
    const Image picture = read_image(crop);
    EXPECT_FALSE(is_wide_field(picture)) << crop;
    cut += is_wide_field(crop_and_resize(picture, {.input_px = 360}));
  }
  EXPECT_LE(cut, crops.size() / 5);
}

TEST(WideField, TightCropsOfAnotherMicroscopeStayWhole) {
  GIEMSA_NEEDS_SHARED("data/bccd_crops");
  std::size_t large = 0;
  for (const fs::path& file : pictures_of(shared_data("data/bccd_crops"), 1000)) {
    const Image crop = read_image(file);
    large += std::min(crop.width(), crop.height()) >= 300;
    EXPECT_FALSE(is_wide_field(crop)) << file;
  }
  EXPECT_GE(large, 10u);
}

}  // namespace
}  // namespace giemsa::testing
