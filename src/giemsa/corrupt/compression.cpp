#include "giemsa/corrupt/compression.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

/// The input pixels [first, last) whose centres each output pixel covers.
struct Block {
  int first, last;
};

std::vector<Block> blocks_of(int from, int to) {
  const double scale = static_cast<double>(from) / to, support = 0.5 * std::max(scale, 1.0);
  std::vector<Block> blocks;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = static_cast<int>(std::floor(centre - support - 0.5)) + 1;
    const int last = static_cast<int>(std::floor(centre + support - 0.5)) + 1;
    blocks.push_back({std::clamp(first, 0, from - 1), std::clamp(last, first + 1, from)});
  }
  return blocks;
}

/// Pillow's BOX resize: the mean over columns, rounded to 8 bits, then over rows.
Image box_resize(ImageView picture, int width, int height) {
  const std::vector<Block> columns = blocks_of(picture.width, width);
  const std::vector<Block> rows = blocks_of(picture.height, height);
  const auto mean = [](int sum, int count) { return static_cast<std::uint8_t>((sum + count / 2) / count); };
  Image narrow(width, picture.height);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Block block = columns[static_cast<std::size_t>(x)];
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int i = block.first; i < block.last; ++i) sum += picture.row(y)[3 * i + c];
        narrow.row(y)[3 * x + c] = mean(sum, block.last - block.first);
      }
    }
  }
  Image small(width, height);
  for (int y = 0; y < height; ++y) {
    const Block block = rows[static_cast<std::size_t>(y)];
    for (int x = 0; x < 3 * width; ++x) {
      int sum = 0;
      for (int i = block.first; i < block.last; ++i) sum += narrow.row(i)[x];
      small.row(y)[x] = mean(sum, block.last - block.first);
    }
  }
  return small;
}

}  // namespace

Image pixelate(ImageView picture, const Magnitude& magnitude, Random&) {
  const auto left = [&](int side) { return std::max(1, static_cast<int>(side * magnitude[0])); };
  return box_resize(box_resize(picture, left(picture.width), left(picture.height)), picture.width,
                    picture.height);
}

Image jpeg_compression(ImageView picture, const Magnitude& magnitude, Random&) {
  struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
  };
  const std::unique_ptr<std::remove_pointer_t<tjhandle>, Destroy> turbo(tjInitCompress());
  require(turbo != nullptr, ErrorKind::Internal, "[corrupt] libjpeg-turbo cannot start an encoder");
  Bytes bytes(tjBufSize(picture.width, picture.height, TJSAMP_420));
  unsigned char* out = bytes.data();
  unsigned long size = bytes.size();
  const int failed = tjCompress2(turbo.get(), picture.pixels, picture.width, static_cast<int>(picture.stride),
                                 picture.height, TJPF_RGB, &out, &size, TJSAMP_420,
                                 static_cast<int>(magnitude[0]), TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  require(failed == 0, ErrorKind::Internal, "[corrupt] JPEG encoding failed");
  return decode_image(std::span(bytes).first(size), "corrupted JPEG");
}

}  // namespace giemsa
