#include "giemsa/infer/depthwise_int8.h"

#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "giemsa/infer/integer_weights.h"
#include "giemsa/infer/processor.h"

#if defined(__x86_64__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12, of its own _mm512_undefined_ps()
#include <immintrin.h>
#endif

namespace giemsa {

#if defined(__x86_64__)
namespace {

#define GIEMSA_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

// 64 channels are worked on at a time, in four registers of 16 sums each. What is unpacked within the 128-bit
// lanes of a register leaves channel 16 l + 4 g + i in register g, lane l, place i, and packing puts it back.
constexpr int kBlock = 64, kRegisters = 4, kPerRegister = 16;

int channel_at(int g, int place) { return 16 * (place / 4) + 4 * g + place % 4; }

/// The constants of a block of channels.
struct alignas(64) Block {
  std::int8_t weights[3][kRegisters][kPerRegister][4] = {};  ///< column of the window, …, row of the window
  float scale[kRegisters][kPerRegister] = {};                ///< result = sum · scale + shift
  float shift[kRegisters][kPerRegister] = {};
};

/// All that is known before the first picture.
struct Kernel {
  Shape in, out;
  ConvOp op;
  bool is_signed;  ///< the result
  float most;      ///< integer of the result that the activation cuts off at
  std::vector<Block> blocks;
};

/// The bytes of three rows at one column: [register][place][row].
struct Column {
  __m512i part[kRegisters];
};

GIEMSA_VNNI __attribute__((always_inline)) inline Column column_of(const std::uint8_t* const rows[3],
                                                                   std::int64_t offset, __mmask64 channels) {
  const __m512i zero = _mm512_setzero_si512();
  const auto load = [&](const std::uint8_t* row)
                        GIEMSA_VNNI { return row ? _mm512_maskz_loadu_epi8(channels, row + offset) : zero; };
  const __m512i a = load(rows[0]), b = load(rows[1]), c = load(rows[2]);
  const __m512i ab_low = _mm512_unpacklo_epi8(a, b), ab_high = _mm512_unpackhi_epi8(a, b);
  const __m512i c_low = _mm512_unpacklo_epi8(c, zero), c_high = _mm512_unpackhi_epi8(c, zero);
  return {{_mm512_unpacklo_epi16(ab_low, c_low), _mm512_unpackhi_epi16(ab_low, c_low),
           _mm512_unpacklo_epi16(ab_high, c_high), _mm512_unpackhi_epi16(ab_high, c_high)}};
}

GIEMSA_VNNI __attribute__((always_inline)) inline Column no_column() {
  const __m512i zero = _mm512_setzero_si512();
  return {{zero, zero, zero, zero}};
}

GIEMSA_VNNI __attribute__((always_inline)) inline void write_result(const Column window[3],
                                                                    const Block& block, __m512 most,
                                                                    bool is_signed, __mmask64 channels,
                                                                    std::uint8_t* out) {
  __m512i value[kRegisters];
  for (int g = 0; g < kRegisters; ++g) {
    __m512i sum = _mm512_setzero_si512();
    for (int x = 0; x < 3; ++x)
      sum = _mm512_dpbusd_epi32(sum, window[x].part[g], _mm512_load_si512(block.weights[x][g]));
    const __m512 real = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_load_ps(block.scale[g]),
                                        _mm512_load_ps(block.shift[g]));
    value[g] = _mm512_cvtps_epi32(_mm512_min_ps(real, most));
  }
  const __m512i low = _mm512_packs_epi32(value[0], value[1]), high = _mm512_packs_epi32(value[2], value[3]);
  const __m512i bytes = is_signed ? _mm512_packs_epi16(low, high) : _mm512_packus_epi16(low, high);
  _mm512_mask_storeu_epi8(out, channels, bytes);
}

GIEMSA_VNNI void run(const Kernel& kernel, const std::uint8_t* x, std::uint8_t* out) {
  const Shape& in = kernel.in;
  const std::int64_t channels = in.channels, width = in.width;
  const std::int64_t stride = kernel.op.stride.width, left = kernel.op.padding.left;
  for (std::int64_t first = 0; first < channels; first += kBlock) {
    const std::int64_t count = std::min<std::int64_t>(kBlock, channels - first);
    const __mmask64 mask = count == kBlock ? ~__mmask64{0} : (__mmask64{1} << count) - 1;
    const Block& block = kernel.blocks[static_cast<std::size_t>(first / kBlock)];
    const __m512 most = _mm512_set1_ps(kernel.most);
    const bool is_signed = kernel.is_signed;
    for (std::int64_t oy = 0; oy < kernel.out.height; ++oy) {
      const std::uint8_t* rows[3];
      for (int k = 0; k < 3; ++k) {
        const std::int64_t y = oy * kernel.op.stride.height - kernel.op.padding.top + k;
        rows[k] = y >= 0 && y < in.height ? x + y * width * channels + first : nullptr;
      }
      const auto at = [&](std::int64_t column) __attribute__((always_inline)) GIEMSA_VNNI {
        return column >= 0 && column < width ? column_of(rows, column * channels, mask) : no_column();
      };
      std::uint8_t* to = out + oy * kernel.out.width * channels + first;
      Column window[3] = {at(-left), at(1 - left), no_column()};
      for (std::int64_t ox = 0; ox < kernel.out.width; ++ox, to += channels) {
        const std::int64_t start = ox * stride - left;
        window[2] = at(start + 2);
        write_result(window, block, most, is_signed, mask, to);
        if (stride == 1) {
          window[0] = window[1];
          window[1] = window[2];
        } else {
          window[0] = stride == 2 ? window[2] : at(start + stride);
          window[1] = at(start + stride + 1);
        }
      }
    }
  }
}

Kernel packed(const Shape& in, const Shape& out, const ConvOp& op, std::span<const float> weight,
              std::span<const float> bias, float most, const Storage& source, const Storage& result) {
  const auto channels = static_cast<std::size_t>(in.channels);
  const IntegerWeights integers = integer_weights(weight, channels, 127);
  Kernel kernel{in, out, op, result.type == StorageType::Signed8, most / result.scale, {}};
  kernel.blocks.resize((channels + kBlock - 1) / kBlock);
  for (std::size_t b = 0; b < kernel.blocks.size(); ++b) {
    Block& block = kernel.blocks[b];
    for (int g = 0; g < kRegisters; ++g) {
      for (int place = 0; place < kPerRegister; ++place) {
        const std::size_t c = b * kBlock + static_cast<std::size_t>(channel_at(g, place));
        if (c >= channels) continue;
        block.scale[g][place] = integers.scale[c] * source.scale / result.scale;
        block.shift[g][place] = bias[c] / result.scale;
        for (std::size_t x = 0; x < 3; ++x) {
          for (std::size_t y = 0; y < 3; ++y)
            block.weights[x][g][place][y] = integers.values[c * 9 + y * 3 + x];
        }
      }
    }
  }
  return kernel;
}

/// Where an activation cuts off, in real values; nothing for one that does more than that.
std::optional<float> cut_off(const std::optional<ActivationOp>& activation, bool is_signed) {
  if (!activation) return is_signed ? std::optional(std::numeric_limits<float>::max()) : std::nullopt;
  if (is_signed) return {};
  if (activation->kind == Activation::Relu) return std::numeric_limits<float>::max();
  return activation->kind == Activation::Relu6 ? std::optional(6.f) : std::nullopt;
}

}  // namespace

std::optional<CompiledStep> depthwise_int8(const Shape& in, const Shape& out, const ConvOp& op,
                                           std::span<const float> weight, std::span<const float> bias,
                                           const std::optional<ActivationOp>& activation,
                                           const Storage& source, const Storage& result) {
  const std::optional<float> most = cut_off(activation, result.type == StorageType::Signed8);
  const bool window = op.kernel.height == 3 && op.kernel.width == 3 && is_depthwise(op) &&
                      op.groups == in.channels && source.type == StorageType::Unsigned8 && !result.is_float();
  if (!window || !most || !has_vnni()) return {};
  const auto kernel =
      std::make_shared<const Kernel>(packed(in, out, op, weight, bias, *most, source, result));
  return CompiledStep{0, [kernel](const Buffers& b) -> Call {
                        return [kernel, x = reinterpret_cast<const std::uint8_t*>(b.inputs[0]),
                                to = reinterpret_cast<std::uint8_t*>(b.output)] { run(*kernel, x, to); };
                      }};
}

#pragma GCC diagnostic pop

#else

std::optional<CompiledStep> depthwise_int8(const Shape&, const Shape&, const ConvOp&, std::span<const float>,
                                           std::span<const float>, const std::optional<ActivationOp>&,
                                           const Storage&, const Storage&) {
  return {};
}

#endif

}  // namespace giemsa
