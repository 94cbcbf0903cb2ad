#include "giemsa/descriptors/thumbnail.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/descriptors/spans.h"

namespace giemsa {
namespace {

// Means are weighted first down the columns, then along the rows, in integers, so that thumbnails are the
// same on every processor. The first weights sum to 2⁸, so that a sum of pixels fits into 16 bits, of which
// vector units work on many at once; the second sum to 2¹⁵.
constexpr int kRowBits = 8, kColumnBits = 15;

// Vector types of GCC and Clang: what is computed side by side.
constexpr std::size_t kSamples = 32;
using Samples = std::uint8_t __attribute__((vector_size(kSamples)));
using Sums = std::uint16_t __attribute__((vector_size(2 * kSamples)));

/// The weighted sums of `taps` rows, `stride` bytes apart.
GIEMSA_VECTOR_CLONES void sum_rows(const std::uint8_t* rows, std::size_t stride, const std::uint16_t* weights,
                                   int taps, std::size_t count, std::uint16_t* sums) {
  for (std::size_t begin = 0; count >= kSamples && begin < count; begin += kSamples) {
    const std::size_t i = std::min(begin, count - kSamples);  // the last ones again rather than one by one
    Sums sum{};
    const std::uint8_t* row = rows + i;
    for (int t = 0; t < taps; ++t, row += stride) {
      Samples samples;
      std::memcpy(&samples, row, sizeof samples);
      sum += __builtin_convertvector(samples, Sums) * weights[t];
    }
    std::memcpy(sums + i, &sum, sizeof sum);
  }
  for (std::size_t i = 0; count < kSamples && i < count; ++i) {
    unsigned sum = 0;
    for (int t = 0; t < taps; ++t)
      sum += unsigned{weights[t]} * rows[static_cast<std::size_t>(t) * stride + i];
    sums[i] = static_cast<std::uint16_t>(sum);
  }
}

/// Of the rows under row `y` of the thumbnail. picture: anything with rows
template <class View>
void sum_rows(const Spans& rows, int y, const View& picture, std::size_t count, std::uint16_t* sums) {
  const std::uint16_t* const weights = rows.row(y);
  int taps = rows.taps;
  while (weights[taps - 1] == 0) --taps;  // which may lie outside
  sum_rows(picture.row(rows.first[static_cast<std::size_t>(y)]), picture.stride, weights, taps, count, sums);
}

/// Four channels at once, of which the last is not used.
using Channels = std::uint32_t __attribute__((vector_size(16)));
using ShortChannels = std::uint16_t __attribute__((vector_size(8)));

/// A row of the thumbnail. `sums` may be read one number beyond the last pixel.
GIEMSA_VECTOR_CLONES void mean_columns(const std::uint16_t* sums, const int* first,
                                       const std::uint16_t* weights, int taps, std::uint8_t* out) {
  constexpr std::uint32_t kHalf = 1u << (kRowBits + kColumnBits - 1);
  for (int x = 0; x < kThumbnailPx; ++x) {
    const std::uint16_t* in = sums + std::ptrdiff_t{3} * first[x];
    Channels colour = {kHalf, kHalf, kHalf};
    for (int t = 0; t < taps; ++t, in += 3) {
      ShortChannels pixel;
      std::memcpy(&pixel, in, sizeof pixel);
      colour += __builtin_convertvector(pixel, Channels) * *weights++;
    }
    for (int c = 0; c < 3; ++c)
      out[3 * x + c] = static_cast<std::uint8_t>(colour[c] >> (kRowBits + kColumnBits));
  }
}

// Single channels go in strips of eight rows of the thumbnail, which vector units work on side by side.
constexpr int kStrip = 8;
constexpr int kFraction = 6;  // bits that a channel's means keep below a level
/// [kThumbnailPx, kStrip]: column by column.
template <class T>
using Strip = std::array<T, std::size_t{kThumbnailPx} * kStrip>;
using Levels = Strip<std::int16_t>;
using Light = std::array<Strip<std::uint8_t>, 3>;

/// sums: [kStrip, stride] → interleaved: [width, kStrip]
GIEMSA_VECTOR_CLONES void interleave(const std::uint16_t* sums, std::size_t stride, std::size_t width,
                                     std::uint16_t* interleaved) {
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t r = 0; r < kStrip; ++r) interleaved[kStrip * x + r] = sums[r * stride + x];
  }
}

using StripColumn = std::uint32_t __attribute__((vector_size(4 * kStrip)));
using ShortStripColumn = std::uint16_t __attribute__((vector_size(2 * kStrip)));

GIEMSA_VECTOR_CLONES void mean_columns_of_strip(const std::uint16_t* interleaved, const int* first,
                                                const std::uint16_t* weights, int taps, Levels& out) {
  constexpr int kShift = kRowBits + kColumnBits - kFraction;
  for (int x = 0; x < kThumbnailPx; ++x) {
    StripColumn means = StripColumn{} + (1u << (kShift - 1));
    const std::uint16_t* in = interleaved + std::ptrdiff_t{kStrip} * first[x];
    for (int t = 0; t < taps; ++t, in += kStrip) {
      ShortStripColumn column;
      std::memcpy(&column, in, sizeof column);
      means += __builtin_convertvector(column, StripColumn) * *weights++;
    }
    const auto levels = __builtin_convertvector(means >> kShift, ShortStripColumn);
    std::memcpy(&out[kStrip * x], &levels, sizeof levels);
  }
}

/// ITU T.871, in 2⁻¹⁴.
GIEMSA_VECTOR_CLONES void colours_of(const Levels& luma, const Levels& blue, const Levels& red, Light& out) {
  constexpr int kBits = 14, kShift = kBits + kFraction, kGrey = 128 << kFraction;
  constexpr auto fixed = [](double value) { return static_cast<int>(value * (1 << kBits) + 0.5); };
  constexpr int kRed = fixed(1.402), kGreenOfBlue = fixed(0.344136), kGreenOfRed = fixed(0.714136),
                kBlue = fixed(1.772);
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const int grey = (luma[i] << kBits) + (1 << (kShift - 1)), cb = blue[i] - kGrey, cr = red[i] - kGrey;
    const std::array rgb{(grey + kRed * cr) >> kShift,
                         (grey - kGreenOfBlue * cb - kGreenOfRed * cr) >> kShift,
                         (grey + kBlue * cb) >> kShift};
    for (std::size_t c = 0; c < 3; ++c)
      out[c][i] = static_cast<std::uint8_t>(rgb[c] < 0 ? 0 : rgb[c] > 255 ? 255 : rgb[c]);
  }
}

void make_room(std::vector<std::uint16_t>& numbers, std::size_t count) {
  if (numbers.size() < count) numbers.resize(count);
}

}  // namespace

struct Thumbnailer::Workspace {
  /// Along rows and columns; the second set for samples of colour.
  struct Along {
    Side side{};
    Spans spans{};

    void of(const Side& wanted, int bits) {
      if (side != wanted) spans = spans_of(wanted, bits);
      side = wanted;
    }
  };
  struct Both {
    Along rows, columns;

    void of(const Side& height, const Side& width) {
      rows.of(height, kRowBits);
      columns.of(width, kColumnBits);
    }
  };
  Both full, colour;
  std::vector<std::uint16_t> sums, interleaved;

  void shrink(const ChannelView& channel, const Both& spans, int y, Levels& out) {
    const auto width = static_cast<std::size_t>(channel.width);
    make_room(sums, kStrip * width);
    make_room(interleaved, kStrip * (width + static_cast<std::size_t>(spans.columns.spans.taps)));
    for (int r = 0; r < kStrip; ++r) {
      sum_rows(spans.rows.spans, y + r, channel, width, &sums[static_cast<std::size_t>(r) * width]);
    }
    interleave(sums.data(), width, width, interleaved.data());
    const Spans& columns = spans.columns.spans;
    mean_columns_of_strip(interleaved.data(), columns.first.data(), columns.weights.data(), columns.taps,
                          out);
  }
};

Thumbnailer::Thumbnailer() : workspace_(std::make_unique<Workspace>()) {}
Thumbnailer::~Thumbnailer() = default;

Image Thumbnailer::make(ImageView picture) {
  require(picture.width > 0 && picture.height > 0, ErrorKind::Internal,
          "[inspect] an empty picture has no thumbnail");
  auto& [full, colour, sums, interleaved] = *workspace_;
  full.of({picture.height}, {picture.width});
  const Spans& columns = full.columns.spans;
  Image small(kThumbnailPx, kThumbnailPx);
  const std::size_t samples = std::size_t{3} * static_cast<std::size_t>(picture.width);
  make_room(sums, samples + std::size_t{3} * static_cast<std::size_t>(columns.taps) + 1);
  for (int y = 0; y < kThumbnailPx; ++y) {
    sum_rows(full.rows.spans, y, picture, samples, sums.data());
    mean_columns(sums.data(), columns.first.data(), columns.weights.data(), columns.taps, small.row(y));
  }
  return small;
}

Image Thumbnailer::make(const YccView& picture) {
  Workspace& with = *workspace_;
  with.full.of({picture.height}, {picture.width});
  with.colour.of({picture.height, picture.sample_height}, {picture.width, picture.sample_width});
  Levels luma, blue, red;
  blue.fill(128 << kFraction);
  red.fill(128 << kFraction);
  Light rgb;
  Image small(kThumbnailPx, kThumbnailPx);
  for (int y = 0; y < kThumbnailPx; y += kStrip) {
    with.shrink(picture.luma, with.full, y, luma);
    if (!picture.grey()) {
      with.shrink(picture.blue, with.colour, y, blue);
      with.shrink(picture.red, with.colour, y, red);
    }
    colours_of(luma, blue, red, rgb);
    for (int r = 0; r < kStrip; ++r) {
      std::uint8_t* out = small.row(y + r);
      for (int x = 0; x < kThumbnailPx; ++x) {
        for (std::size_t c = 0; c < 3; ++c) *out++ = rgb[c][static_cast<std::size_t>(kStrip * x + r)];
      }
    }
  }
  return small;
}

Image thumbnail(ImageView picture) { return Thumbnailer().make(picture); }

}  // namespace giemsa
