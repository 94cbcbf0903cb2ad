#pragma once
#include <memory>

#include "giemsa/image/image.h"
#include "giemsa/image/ycc_view.h"

namespace giemsa {

/// Side of a thumbnail.
inline constexpr int kThumbnailPx = 64;

/// Makes thumbnails: the whole picture squeezed into a square of kThumbnailPx, each pixel the mean of the
/// area that it covers (bilinear between pixels along a side that is shorter). What inspection knows of a
/// picture's content, it knows from here, so that its cost hardly depends on the size of the picture.
///
/// Keeps what depends on a picture's size for the next of the same size. For one thread at a time.
class Thumbnailer {
 public:
  Thumbnailer();
  ~Thumbnailer();

  /// [H, W, 3] → [kThumbnailPx, kThumbnailPx, 3], RGB. Throws Internal on an empty picture.
  Image make(ImageView picture);
  /// The same but for a level or two, where no pixel of the picture is lighter or more colourful than RGB can
  /// tell.
  Image make(const YccView& picture);

 private:
  struct Workspace;
  std::unique_ptr<Workspace> workspace_;
};

/// Of one picture.
Image thumbnail(ImageView picture);

}  // namespace giemsa
