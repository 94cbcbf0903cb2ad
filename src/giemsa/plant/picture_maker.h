#pragma once
#include <optional>
#include <string>
#include <vector>

#include "giemsa/data/stored_picture.h"
#include "giemsa/image/codec.h"
#include "giemsa/plant/photos.h"
#include "giemsa/plant/plan.h"

namespace giemsa {

/// Makes the files of a planned copy, each from its own random stream. Safe to use from several threads.
class PictureMaker {
 public:
  /// `plan` and `options` must outlive it. `format`: Jpeg or Png, of what is drawn.
  PictureMaker(const Source& clean, const std::vector<PlannedPicture>& plan, const PlantOptions& options,
               ImageFormat format);

  struct Made {
    StoredPicture file;
    std::string detail;  ///< for the truth file
  };
  Made make(const PlannedPicture& planned) const;

 private:
  StoredPicture cell(std::size_t record) const;
  StoredPicture store(const Image& image, int jpeg_quality) const;
  Made near_duplicate(const PlannedPicture& planned) const;
  Made non_cell(std::uint64_t family, Random& random) const;
  Made corrupt(const PlannedPicture& planned) const;
  Image load(std::size_t record) const;

  const Source& clean_;
  const std::vector<PlannedPicture>& plan_;
  const PlantOptions& options_;
  ImageFormat format_;
  std::size_t cells_ = 0;
  std::optional<Photos> photos_;
  std::vector<Made> repeated_;
};

}  // namespace giemsa
