#include "giemsa/infer/amx_convolution.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <vector>

#include "giemsa/infer/amx_tiles.h"
#include "giemsa/infer/huge_page_memory.h"
#include "giemsa/infer/processor.h"
#include "giemsa/infer/window.h"
#include "giemsa/infer/window_product.h"

namespace giemsa {

#if defined(__x86_64__)
namespace {

using namespace amx;

// A convolution is a product of matrices: on the left a row for each position of the result, on the right a
// column for each channel of it. Of the eight tiles four hold sums, so results come in blocks of 32 × 32.
// Storing tiles stops the unit for as long as some 50 products take: what a block adds up should be long, and
// gains are small where it is not.
constexpr std::int64_t kBlock = 32;

// Numbers of the left matrix that are read for one block of channels after the other should stay in a core's
// own cache, of which newer Intel processors have 2 MB.
constexpr std::int64_t kCacheBytes = 1 << 20;
constexpr std::int64_t kLeftBytes = 6 << 20, kMostRows = 160;  // of a chunk

// With fewer positions or more weights a layer waits for these, which are half as much again in parts.
constexpr std::int64_t kManyWeights = 2'500'000;

/// What the rows of the left matrix are.
enum class Rows {
  Windows,  ///< all that one position of the result is made of, by row, column and channel
  Pixels,   ///< the channels at one place of the padded map: taps of a window are rows at fixed distances
};

struct Kernel {
  Shape in, out;
  ConvOp op;
  onednn::Fusion fusion;
  Rows rows = Rows::Windows;
  std::int64_t taps = 1, depth = 0;  ///< of the products behind each result; depth: of one tap, in tiles
  std::int64_t width = 0;            ///< rows of the left matrix for one row of the result's map
  std::int64_t chunk = 1;            ///< rows of the result's map that are worked on at a time
  std::int64_t section = 0;  ///< steps, taps · depth, that all blocks of a chunk take before the next ones
  std::shared_ptr<Tile[]> weight = {};  ///< [section, O / 32, step, part, one or two tiles]
  std::vector<float> bias = {};         ///< [O], zeros up to a multiple of 32

  std::int64_t steps() const { return taps * depth; }
  bool is_narrow(std::int64_t channel) const { return out.channels - channel <= kTileColumns; }
};

std::int64_t up(std::int64_t n, std::int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

/// The rows of the left matrix for `rows` rows of the result's map, those included that whole tiles read
/// beyond.
std::int64_t left_rows(const Kernel& kernel, std::int64_t rows) {
  const std::int64_t own = up(rows * kernel.width, kTileRows);
  if (kernel.rows == Rows::Windows) return own;
  return own + (kernel.op.kernel.height - 1) * kernel.width + kernel.op.kernel.width - 1;
}

/// Space for one chunk: the left matrix, then sums, of a block or, where there are several sections, of all
/// blocks, then a window or pixel.
struct Scratch {
  std::int64_t left, sums, window;  ///< bytes

  explicit Scratch(const Kernel& kernel)
      : left(left_rows(kernel, kernel.chunk) * kernel.depth * kTileDepth * kParts *
             std::int64_t{sizeof(Bfloat16)}),
        sums((kernel.section == kernel.steps()
                  ? kBlock * kBlock
                  : up(kernel.chunk * kernel.width, kBlock) * up(kernel.out.channels, kBlock)) *
             std::int64_t{sizeof(float)}),
        window(kernel.depth * kTileDepth * std::int64_t{sizeof(float)}) {}

  std::size_t size() const { return static_cast<std::size_t>(left + sums + window); }
};

/// The left matrix, by tiles' rows of 32 numbers. Distances in numbers.
struct Left {
  Bfloat16* numbers;
  std::int64_t to_depth, to_part, to_tile;  ///< to the next step in depth, the next part, the next 16 rows

  Left(const Kernel& kernel, std::byte* space) : numbers(reinterpret_cast<Bfloat16*>(space)) {
    if (kernel.rows == Rows::Windows) {  // [row / 16, depth, part, row % 16, 32]: filled and read in one go
      to_part = kTileSize;
      to_depth = kParts * to_part;
      to_tile = kernel.depth * to_depth;
    } else {  // [depth, part, row, 32]: any 16 rows are a tile
      to_tile = kTileSize;
      to_part = left_rows(kernel, kernel.chunk) * kTileDepth;
      to_depth = kParts * to_part;
    }
  }

  Bfloat16* at(std::int64_t depth, std::int64_t row) const {
    return numbers + depth * to_depth + row / kTileRows * to_tile + row % kTileRows * kTileDepth;
  }

  /// Row `row` of `count` numbers; zeros behind them up to a whole tile.
  GIEMSA_AMX_INLINE void set(std::int64_t row, const float* x, std::int64_t count) const {
    Bfloat16* to = at(0, row);
    for (; count > 0; count -= kTileDepth, x += kTileDepth, to += to_depth) {
      const __mmask32 mask = count >= kTileDepth ? ~__mmask32{0} : (__mmask32{1} << count) - 1;
      const Parts parts = split(_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), x),
                                _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16), x + 16));
      for (int p = 0; p < kParts; ++p) _mm512_store_si512(to + p * to_part, parts.part[p]);
    }
  }
};

/// Rows::Windows of the result's rows [first, last), which run on from one picture to the next.
GIEMSA_AMX void fill_windows(const Kernel& kernel, const float* maps, std::int64_t first, std::int64_t last,
                             float* window, const Left& to) {
  const Shape &in = kernel.in, &out = kernel.out;
  const ConvOp& op = kernel.op;
  const std::int64_t size = op.kernel.height * op.kernel.width * in.channels;
  const bool one_pixel = op.kernel == Extent(1) && op.padding == Padding{};
  std::int64_t row = 0;
  for (std::int64_t r = first; r < last; ++r) {
    const float* map = maps + r / out.height * in.size();
    const std::int64_t y = r % out.height;
    for (std::int64_t x = 0; x < out.width; ++x, ++row) {
      const float* from = window;
      if (one_pixel) {
        from = map + (y * op.stride.height * in.width + x * op.stride.width) * in.channels;
      } else {
        copy_window(map, in, op, y, x, window);
      }
      to.set(row, from, size);
    }
  }
}

/// Rows::Pixels for the result's rows [first, last) of one picture. nothing: a pixel of zeros.
GIEMSA_AMX void fill_pixels(const Kernel& kernel, const float* map, std::int64_t first, std::int64_t last,
                            const float* nothing, const Left& to) {
  const Shape& in = kernel.in;
  const Padding& padding = kernel.op.padding;
  std::int64_t row = 0;
  for (std::int64_t y = first - padding.top; y < last - padding.top + kernel.op.kernel.height - 1; ++y) {
    for (std::int64_t x = -padding.left; x < kernel.width - padding.left; ++x, ++row) {
      const bool outside = y < 0 || y >= in.height || x < 0 || x >= in.width;
      to.set(row, outside ? nothing : map + (y * in.width + x) * in.channels, in.channels);
    }
  }
}

// In multiply() tiles 0 to 3 are the sums of the block, 4 and 5 its rows, 6 and 7 its columns.

template <int kRowTiles, int kColumnTiles>
GIEMSA_AMX_INLINE void add_products() {
  _tile_dpbf16ps(0, 4, 6);
  if constexpr (kColumnTiles > 1) _tile_dpbf16ps(1, 4, 7);
  if constexpr (kRowTiles > 1) _tile_dpbf16ps(2, 5, 6);
  if constexpr (kRowTiles > 1 && kColumnTiles > 1) _tile_dpbf16ps(3, 5, 7);
}

template <int kRowTiles>
GIEMSA_AMX_INLINE void load_left(const Bfloat16* at, std::int64_t to_tile) {
  _tile_loadd(4, at, 64);
  if constexpr (kRowTiles > 1) _tile_loadd(5, at + to_tile, 64);
}

template <int kColumnTiles>
GIEMSA_AMX_INLINE void load_right(const Tile* at) {
  _tile_loadd(6, at, 64);
  if constexpr (kColumnTiles > 1) _tile_loadd(7, at + 1, 64);
}

/// Adds steps [first, last) to the sums of a block of kRowTiles · 16 × kColumnTiles · 16 results, or begins
/// them.
template <int kRowTiles, int kColumnTiles>
GIEMSA_AMX void multiply(const Kernel& kernel, const Left& left, std::int64_t row, const Tile* right,
                         std::int64_t first, std::int64_t last, float* sums) {
  asm volatile("" ::: "memory");  // GCC's loads of tiles do not say that they read memory
  constexpr int kRowBytes = kBlock * sizeof(float);
  float* lower_sums = sums + kTileRows * kBlock;
  if (first == 0) {
    _tile_zero(0);
    if constexpr (kColumnTiles > 1) _tile_zero(1);
    if constexpr (kRowTiles > 1) _tile_zero(2);
    if constexpr (kRowTiles > 1 && kColumnTiles > 1) _tile_zero(3);
  } else {
    _tile_loadd(0, sums, kRowBytes);
    if constexpr (kColumnTiles > 1) _tile_loadd(1, sums + kTileColumns, kRowBytes);
    if constexpr (kRowTiles > 1) _tile_loadd(2, lower_sums, kRowBytes);
    if constexpr (kRowTiles > 1 && kColumnTiles > 1) _tile_loadd(3, lower_sums + kTileColumns, kRowBytes);
  }
  const std::int64_t to_tap_row = kernel.width, taps_in_row = kernel.op.kernel.width;
  std::int64_t tap = first / kernel.depth, d = first % kernel.depth;
  for (std::int64_t step = first; step < last; ++tap, d = 0) {
    const std::int64_t from = row + tap / taps_in_row * to_tap_row + tap % taps_in_row;
    for (; d < kernel.depth && step < last; ++d, ++step, right += kParts * kColumnTiles) {
      const Bfloat16 *high = left.at(d, from), *middle = high + left.to_part, *low = middle + left.to_part;
      load_right<kColumnTiles>(right);
      load_left<kRowTiles>(low, left.to_tile);
      add_products<kRowTiles, kColumnTiles>();  // low · high
      load_left<kRowTiles>(middle, left.to_tile);
      add_products<kRowTiles, kColumnTiles>();  // middle · high
      load_right<kColumnTiles>(right + kColumnTiles);
      add_products<kRowTiles, kColumnTiles>();  // middle · middle
      load_left<kRowTiles>(high, left.to_tile);
      add_products<kRowTiles, kColumnTiles>();  // high · middle
      load_right<kColumnTiles>(right + 2 * kColumnTiles);
      add_products<kRowTiles, kColumnTiles>();  // high · low
      load_right<kColumnTiles>(right);
      add_products<kRowTiles, kColumnTiles>();  // high · high
    }
  }
  _tile_stored(0, sums, kRowBytes);
  if constexpr (kColumnTiles > 1) _tile_stored(1, sums + kTileColumns, kRowBytes);
  if constexpr (kRowTiles > 1) _tile_stored(2, lower_sums, kRowBytes);
  if constexpr (kRowTiles > 1 && kColumnTiles > 1) _tile_stored(3, lower_sums + kTileColumns, kRowBytes);
}

/// activation: of Activation; kNoActivation: none.
constexpr int kNoActivation = -1;
template <int kActivation>
GIEMSA_AMX_INLINE __m512 activated(__m512 x, float slope) {
  constexpr auto is = [](Activation kind) { return kActivation == static_cast<int>(kind); };
  const __m512 zero = _mm512_setzero_ps(), six = _mm512_set1_ps(6.f);
  // What is not a number stays so: of two such bounds the processor takes the second.
  if constexpr (is(Activation::Relu)) return _mm512_max_ps(zero, x);
  if constexpr (is(Activation::Relu6)) return _mm512_min_ps(six, _mm512_max_ps(zero, x));
  if constexpr (is(Activation::LeakyRelu))
    return _mm512_mask_mul_ps(x, _mm512_cmp_ps_mask(x, zero, _CMP_LT_OQ), x, _mm512_set1_ps(slope));
  if constexpr (is(Activation::HardSwish)) {
    const __m512 shifted = _mm512_add_ps(x, _mm512_set1_ps(3.f));
    const __m512 gate = _mm512_min_ps(six, _mm512_max_ps(zero, shifted));
    return _mm512_mul_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.f / 6)), gate);
  }
  if constexpr (is(Activation::Silu)) return avx512::silu(x);
  if constexpr (is(Activation::Gelu)) return avx512::gelu(x);
  return x;
}

/// The sums of one block to their places in the result (-1: none), with bias, residual and activation.
template <int kActivation>
GIEMSA_AMX void finish(const Kernel& kernel, const float* sums, const std::int32_t* places, std::int64_t rows,
                       std::int64_t channel, float* out) {
  const std::int64_t channels = std::min(kernel.out.channels - channel, kBlock);
  const auto mask = static_cast<__mmask32>((std::uint64_t{1} << channels) - 1);
  const __mmask16 masks[2] = {static_cast<__mmask16>(mask), static_cast<__mmask16>(mask >> 16)};
  const float* biases = &kernel.bias[static_cast<std::size_t>(channel)];
  const __m512 bias[2] = {_mm512_loadu_ps(biases), _mm512_loadu_ps(biases + 16)};
  const float slope = kernel.fusion.activation ? kernel.fusion.activation->slope : 0;
  for (std::int64_t r = 0; r < rows; ++r, sums += kBlock) {
    if (places[r] < 0) continue;
    for (int half = 0; half < 2 && masks[half]; ++half) {
      float* to = out + places[r] * kernel.out.channels + channel + 16 * half;
      __m512 value = _mm512_add_ps(_mm512_load_ps(sums + 16 * half), bias[half]);
      if (kernel.fusion.adds_residual) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(masks[half], to));
      _mm512_mask_storeu_ps(to, masks[half], activated<kActivation>(value, slope));
    }
  }
}

using Finish = void (*)(const Kernel&, const float*, const std::int32_t*, std::int64_t, std::int64_t, float*);

/// Nothing for an activation that is not done here.
Finish finish_for(const std::optional<ActivationOp>& activation) {
  if (!activation) return finish<kNoActivation>;
  switch (activation->kind) {
    case Activation::Relu:
      return finish<static_cast<int>(Activation::Relu)>;
    case Activation::Relu6:
      return finish<static_cast<int>(Activation::Relu6)>;
    case Activation::LeakyRelu:
      return finish<static_cast<int>(Activation::LeakyRelu)>;
    case Activation::Gelu:
      return finish<static_cast<int>(Activation::Gelu)>;
    case Activation::Silu:
      return finish<static_cast<int>(Activation::Silu)>;
    case Activation::HardSwish:
      return finish<static_cast<int>(Activation::HardSwish)>;
    case Activation::HardSigmoid:
    case Activation::Sigmoid:
      return nullptr;
  }
  return nullptr;
}

/// For each row of the left matrix of a chunk the position of the result, counted from the chunk's first; -1:
/// it is none.
std::vector<std::int32_t> places_of(const Kernel& kernel) {
  std::vector<std::int32_t> places;
  for (std::int64_t y = 0; y < kernel.chunk; ++y) {
    for (std::int64_t x = 0; x < kernel.width; ++x)
      places.push_back(x < kernel.out.width ? static_cast<std::int32_t>(y * kernel.out.width + x) : -1);
  }
  return places;
}

/// rows: of the result's map. out: of the first of them.
GIEMSA_AMX void run_chunk(const Kernel& kernel, Finish finish, const std::vector<std::int32_t>& places,
                          const Left& left, std::int64_t rows, float* sums, float* out) {
  const Tile* right = kernel.weight.get();
  const std::int64_t steps = kernel.steps(), count = rows * kernel.width;
  for (std::int64_t first = 0; first < steps; first += kernel.section) {
    const std::int64_t last = std::min(first + kernel.section, steps);
    float* block_sums = sums;
    for (std::int64_t channel = 0; channel < kernel.out.channels; channel += kBlock) {
      const bool narrow = kernel.is_narrow(channel);
      for (std::int64_t row = 0; row < count; row += kBlock) {
        const std::int64_t block = std::min(count - row, kBlock);
        const auto multiplied = block > kTileRows ? (narrow ? multiply<2, 1> : multiply<2, 2>)
                                                  : (narrow ? multiply<1, 1> : multiply<1, 2>);
        multiplied(kernel, left, row, right, first, last, block_sums);
        if (last == steps)
          finish(kernel, block_sums, &places[static_cast<std::size_t>(row)], block, channel, out);
        if (steps > kernel.section) block_sums += kBlock * kBlock;
      }
      right += (last - first) * kParts * (narrow ? 1 : 2);
    }
  }
}

GIEMSA_AMX void run(const Kernel& kernel, Finish finish, const std::vector<std::int32_t>& places,
                    std::int64_t pictures, const float* in, std::byte* space, float* out) {
  const Tiles tiles;
  const Scratch scratch(kernel);
  const Left left(kernel, space);
  const auto sums = reinterpret_cast<float*>(space + scratch.left);
  const auto window = reinterpret_cast<float*>(space + scratch.left + scratch.sums);
  const std::int64_t row_size = kernel.out.width * kernel.out.channels;
  const bool windows = kernel.rows == Rows::Windows;
  if (!windows) std::fill_n(window, kernel.in.channels, 0.f);
  // Windows of several pictures share chunks.
  const std::int64_t rounds = windows ? 1 : pictures, rows = kernel.out.height * (windows ? pictures : 1);
  for (std::int64_t round = 0; round < rounds; ++round, in += kernel.in.size(), out += kernel.out.size()) {
    for (std::int64_t first = 0; first < rows; first += kernel.chunk) {
      const std::int64_t last = std::min(first + kernel.chunk, rows);
      if (windows) {
        fill_windows(kernel, in, first, last, window, left);
      } else {
        fill_pixels(kernel, in, first, last, window, left);
      }
      run_chunk(kernel, finish, places, left, last - first, sums, out + first * row_size);
    }
  }
}

/// One part of a float, as in split().
Bfloat16 part_of(float x, int part) {
  const auto nearest = [](float y) {
    return std::bit_cast<float>((std::bit_cast<std::uint32_t>(y) + 0x8000u) & 0xffff0000u);
  };
  for (int p = 0; p < part; ++p) x -= nearest(x);
  return static_cast<Bfloat16>(std::bit_cast<std::uint32_t>(nearest(x)) >> 16);
}

/// [O, C, kh, kw] → Kernel::weight.
std::shared_ptr<Tile[]> packed(const Kernel& kernel, std::span<const float> weight) {
  const bool windows = kernel.rows == Rows::Windows;
  const std::int64_t channels = kernel.in.channels, places = kernel.op.kernel.height * kernel.op.kernel.width;
  const std::int64_t depth = windows ? places * channels : channels;
  const auto at = [&](std::int64_t o, std::int64_t step, std::int64_t k) -> float {
    k += step % kernel.depth * kTileDepth;
    if (o >= kernel.out.channels || k >= depth) return 0;
    const std::int64_t place = windows ? k / channels : step / kernel.depth;
    return weight[static_cast<std::size_t>((o * channels + k % channels) * places + place)];
  };
  const std::int64_t count = kernel.steps() * kParts * up(kernel.out.channels, kTileColumns) / kTileColumns;
  const auto memory = huge_page_memory(static_cast<std::size_t>(count) * sizeof(Tile));
  const std::shared_ptr<Tile[]> tiles(memory, reinterpret_cast<Tile*>(memory.get()));
  Tile* tile = tiles.get();
  for (std::int64_t first = 0; first < kernel.steps(); first += kernel.section) {
    const std::int64_t last = std::min(first + kernel.section, kernel.steps());
    for (std::int64_t channel = 0; channel < kernel.out.channels; channel += kBlock) {
      const std::int64_t end = channel + (kernel.is_narrow(channel) ? kTileColumns : kBlock);
      for (std::int64_t step = first; step < last; ++step) {
        for (int part = 0; part < kParts; ++part) {
          for (std::int64_t column = channel; column < end; column += kTileColumns, ++tile) {
            for (std::int64_t i = 0; i < kTileSize; ++i) {
              const std::int64_t o = column + i / 2 % kTileColumns;
              tile->numbers[i] = part_of(at(o, step, i / (2 * kTileColumns) * 2 + i % 2), part);
            }
          }
        }
      }
    }
  }
  return tiles;
}

/// Which layers gain, as measured.
bool gains(const Shape& in, const Shape& out, const ConvOp& op) {
  const std::int64_t depth = op.kernel.height * op.kernel.width * in.channels;
  return op.groups == 1 && !has_few_positions(out) && in.channels >= 16 && depth >= 24 &&
         out.channels >= 48 && depth * out.channels <= kManyWeights;
}

Kernel kernel_for(const Shape& in, const Shape& out, const ConvOp& op, std::span<const float> weight,
                  std::span<const float> bias, const onednn::Fusion& fusion) {
  Kernel kernel{in, out, op, fusion};
  const std::int64_t taps = op.kernel.height * op.kernel.width;
  // Pixels are split once and not for each window that they are in; but the padding adds rows.
  if (taps > 1 && op.stride == Extent(1) && out.width >= 12) {
    kernel.rows = Rows::Pixels;
    kernel.taps = taps;
    kernel.depth = up(in.channels, kTileDepth) / kTileDepth;
    kernel.width = in.width + op.padding.left + op.padding.right;
  } else {
    kernel.depth = up(taps * in.channels, kTileDepth) / kTileDepth;
    kernel.width = out.width;
  }
  const std::int64_t row_bytes = kernel.depth * kTileDepth * kParts * std::int64_t{sizeof(Bfloat16)};
  kernel.section = kernel.steps();
  if (kernel.rows == Rows::Pixels) {
    kernel.chunk = std::clamp<std::int64_t>(kCacheBytes / row_bytes / kernel.width, 1, out.height);
  } else {
    kernel.chunk = std::max<std::int64_t>(1, std::min(kMostRows, kLeftBytes / row_bytes) / kernel.width);
    const std::int64_t sections = up(kernel.chunk * kernel.width * row_bytes, kCacheBytes) / kCacheBytes;
    kernel.section = up(kernel.depth, sections) / sections;
  }
  kernel.bias.assign(bias.begin(), bias.end());
  kernel.bias.resize(static_cast<std::size_t>(up(out.channels, kBlock)));
  kernel.weight = packed(kernel, weight);
  return kernel;
}

}  // namespace

std::optional<CompiledStep> amx_convolution(const Shape& in, const Shape& out, const ConvOp& op,
                                            std::span<const float> weight, std::span<const float> bias,
                                            const onednn::Fusion& fusion) {
  const Finish finish = finish_for(fusion.activation);
  if (!finish || !gains(in, out, op) || !has_amx()) return {};
  const auto kernel = std::make_shared<const Kernel>(kernel_for(in, out, op, weight, bias, fusion));
  const auto places = std::make_shared<const std::vector<std::int32_t>>(places_of(*kernel));
  const auto step_for = [=](std::size_t pictures) {
    return CompiledStep{Scratch(*kernel).size(), [=](const Buffers& b) -> Call {
                          return [=, count = static_cast<std::int64_t>(pictures), x = b.inputs[0],
                                  space = b.scratchpad,
                                  to = b.output] { run(*kernel, finish, *places, count, x, space, to); };
                        }};
  };
  CompiledStep step = step_for(1);
  step.several = step_for;
  return step;
}

#else

std::optional<CompiledStep> amx_convolution(const Shape&, const Shape&, const ConvOp&, std::span<const float>,
                                            std::span<const float>, const onednn::Fusion&) {
  return {};
}

#endif

}  // namespace giemsa
