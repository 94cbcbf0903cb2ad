#include "giemsa/plant/picture_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "giemsa/core/error.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/plant/damage.h"
#include "giemsa/plant/near_duplicate.h"
#include "giemsa/plant/non_cells.h"

namespace giemsa {
namespace {

constexpr int kGoodQuality = 95;  ///< of JPEGs whose quality is no part of what was planted

/// Drawn pictures that are repeated: ones that a person knows again.
constexpr std::array kRepeatedFamilies{NonCell::Shapes, NonCell::Plasma, NonCell::Marks, NonCell::Blobs};

Image square(const Image& image, std::int64_t size_px) {
  return crop_and_resize(image, {.input_px = size_px});
}

}  // namespace

PictureMaker::PictureMaker(const Source& clean, const std::vector<PlannedPicture>& plan,
                           const PlantOptions& options, ImageFormat format)
    : clean_(clean),
      plan_(plan),
      options_(options),
      format_(options.size_px > 0 ? ImageFormat::Png : format),
      cells_(static_cast<std::size_t>(std::ranges::count_if(
          plan, [](const PlannedPicture& p) { return p.record != p.kNone && p.original == p.kNone; }))) {
  if (!options.photos.empty()) photos_.emplace(options.photos);
  for (std::uint64_t k = 0; k < options.repeats.size(); ++k) {
    Random random({options.seed, fnv1a("plant.repeated"), k});
    const NonCell drawn = kRepeatedFamilies[k % kRepeatedFamilies.size()];
    Made made = non_cell(photos_ ? kNonCellCount : static_cast<std::uint64_t>(drawn), random);
    made.detail = fmt::format("repeat {}, {}", k + 1, made.detail);  // a family may come twice
    repeated_.push_back(std::move(made));
  }
}

Image PictureMaker::load(std::size_t record) const {
  try {
    return clean_.load(record);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}; faults are planted into a clean data set", error.message()),
                "giemsa clean makes one");
  }
}

StoredPicture PictureMaker::cell(std::size_t record) const {
  if (options_.size_px == 0) return stored_picture(clean_, record);
  return {encode_png(square(load(record), options_.size_px)), ".png"};
}

StoredPicture PictureMaker::store(const Image& image, int jpeg_quality) const {
  if (format_ == ImageFormat::Jpeg) {
    return {encode_jpeg(image, jpeg_quality > 0 ? jpeg_quality : kGoodQuality), ".jpg"};
  }
  Image pixels = jpeg_quality > 0 ? decode_image(encode_jpeg(image, jpeg_quality), "planted") : image;
  if (options_.size_px > 0) pixels = square(pixels, options_.size_px);
  return {encode_png(pixels), ".png"};
}

PictureMaker::Made PictureMaker::near_duplicate(const PlannedPicture& planned) const {
  Random random({options_.seed, fnv1a("plant.near"), planned.variant});
  NearDuplicate changed = draw_near_duplicate(load(planned.record), random);
  return {store(changed.image, changed.jpeg_quality), std::move(changed.detail)};
}

PictureMaker::Made PictureMaker::non_cell(std::uint64_t family, Random& random) const {
  const Image typical = load(plan_[random.below(cells_)].record);  // cells begin the plan
  if (family == kNonCellCount) {
    Photos::Crop crop = photos_->draw_crop(typical.width(), typical.height(), random);
    return {store(crop.image, 0), "photograph " + crop.name};
  }
  const auto drawn = static_cast<NonCell>(family);
  return {store(draw_non_cell(drawn, typical.width(), typical.height(), random), 0),
          std::string(non_cell_name(drawn))};
}

PictureMaker::Made PictureMaker::corrupt(const PlannedPicture& planned) const {
  Random random({options_.seed, fnv1a("plant.corrupt"), planned.variant});
  const auto damage = static_cast<Damage>(planned.variant % kDamageCount);
  StoredPicture file = cell(planned.record);
  file.bytes = damaged(damage, file.bytes, random);
  return {std::move(file), std::string(damage_name(damage))};
}

PictureMaker::Made PictureMaker::make(const PlannedPicture& planned) const {
  switch (planned.kind) {
    case PlantKind::NearDuplicate:
      return near_duplicate(planned);
    case PlantKind::NonCell: {
      Random random({options_.seed, fnv1a("plant.non_cell"), planned.variant});
      return non_cell(planned.variant % (photos_ ? kNonCellCount + 1 : kNonCellCount), random);
    }
    case PlantKind::Repeated:
      return repeated_[planned.variant];
    case PlantKind::Corrupt:
      return corrupt(planned);
    case PlantKind::Cell:
    case PlantKind::ExactCopy:
    case PlantKind::LabelFlip:
      break;
  }
  return {cell(planned.record), ""};
}

}  // namespace giemsa
