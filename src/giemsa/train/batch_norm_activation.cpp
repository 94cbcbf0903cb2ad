#include "giemsa/train/batch_norm_activation.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <vector>

#include "giemsa/train/batch_norm_kernels.h"

namespace giemsa {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

namespace {

/// How the rows of a map are cut into blocks: by their number alone, not by the number of threads.
struct Blocks {
  std::int64_t rows, size, count;

  explicit Blocks(std::int64_t rows_) : rows(rows_) {
    size = std::clamp<std::int64_t>(rows / 32, 16, 512);
    count = (rows + size - 1) / size;
  }
  std::int64_t begin(std::int64_t block) const { return block * size; }
  std::int64_t end(std::int64_t block) const { return std::min(rows, (block + 1) * size); }
  template <class Work>
  void for_each(Work work) const {
    at::parallel_for(0, count, 1, [&](std::int64_t from, std::int64_t to) {
      for (std::int64_t block = from; block < to; ++block) work(block, begin(block), end(block));
    });
  }
};

struct Sizes {
  std::int64_t channels, rows;
  explicit Sizes(const Tensor& x) : channels(x.size(1)), rows(x.numel() / x.size(1)) {}
};

/// Mean and variance (biased) of every channel, blocks joined by Chan's formula in double precision.
void channel_statistics(const float* x, const Sizes& sizes, std::vector<float>& mean,
                        std::vector<float>& variance) {
  const std::int64_t channels = sizes.channels;
  const Blocks blocks(sizes.rows);
  std::vector<float> sums(blocks.count * 2 * channels);
  blocks.for_each([&](std::int64_t block, std::int64_t begin, std::int64_t end) {
    float* sum = sums.data() + block * 2 * channels;
    sum_rows(x, begin, end, channels, sum, sum + channels);
  });
  at::parallel_for(0, channels, 64, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t c = from; c < to; ++c) {
      double count = 0, joined_mean = 0, joined_squares = 0;
      for (std::int64_t block = 0; block < blocks.count; ++block) {
        const float* sum = sums.data() + block * 2 * channels;
        const auto n = static_cast<double>(blocks.end(block) - blocks.begin(block));
        const double shift = sum[c] / n;  // from the pivot to the block's mean
        const double block_mean = x[blocks.begin(block) * channels + c] + shift;
        const double block_squares = sum[channels + c] - n * shift * shift;
        const double delta = block_mean - joined_mean, total = count + n;
        joined_squares += block_squares + delta * delta * count * n / total;
        joined_mean += delta * n / total;
        count = total;
      }
      mean[c] = static_cast<float>(joined_mean);
      variance[c] = static_cast<float>(std::max(joined_squares / count, 0.0));
    }
  });
}

/// Joins mean and variance (biased) over `rows` rows with those of the other processes; returns the rows of
/// all.
double join_statistics(const SumOverPeers& over_peers, double rows, std::vector<float>& mean,
                       std::vector<float>& variance) {
  const std::size_t channels = mean.size();
  std::vector<double> sums(2 * channels + 1);  // of the values, of their squares; the rows
  for (std::size_t c = 0; c < channels; ++c) {
    sums[c] = rows * mean[c];
    sums[channels + c] = rows * (variance[c] + static_cast<double>(mean[c]) * mean[c]);
  }
  sums.back() = rows;
  over_peers(sums);
  for (std::size_t c = 0; c < channels; ++c) {
    const double joined = sums[c] / sums.back();
    mean[c] = static_cast<float>(joined);
    variance[c] = static_cast<float>(std::max(sums[channels + c] / sums.back() - joined * joined, 0.0));
  }
  return sums.back();
}

/// The two sums of the backward pass, per channel.
void gradient_sums(const float* x, const float* dy, const Sizes& sizes, const ChannelMap& map,
                   const float* mean, std::span<double> sum, std::span<double> dot) {
  const std::int64_t channels = sizes.channels;
  const Blocks blocks(sizes.rows);
  std::vector<float> sums(blocks.count * 2 * channels);
  blocks.for_each([&](std::int64_t block, std::int64_t begin, std::int64_t end) {
    float* out = sums.data() + block * 2 * channels;
    sum_gradient_rows(x, dy, begin, end, channels, map, mean, out, out + channels);
  });
  for (std::int64_t block = 0; block < blocks.count; ++block) {
    const float* part = sums.data() + block * 2 * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      sum[c] += part[c];
      dot[c] += part[channels + c];
    }
  }
}

class Function : public torch::autograd::Function<Function> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        Tensor running_mean, Tensor running_var, double momentum, double epsilon, double low,
                        double high, const SumOverPeers* over_peers) {
    const Sizes sizes(x);
    const float* values = x.data_ptr<float>();
    std::vector<float> mean(sizes.channels), variance(sizes.channels);
    channel_statistics(values, sizes, mean, variance);
    auto rows = static_cast<double>(sizes.rows);
    if (over_peers) rows = join_statistics(*over_peers, rows, mean, variance);

    const float *gamma = weight.data_ptr<float>(), *beta = bias.data_ptr<float>();
    float *kept_mean = running_mean.data_ptr<float>(), *kept_var = running_var.data_ptr<float>();
    // Rows: mean, 1 / sd, scale, shift.
    const Tensor kept = torch::empty({4, sizes.channels}, torch::kFloat32);
    float* row = kept.data_ptr<float>();
    const double unbiased = rows / std::max(rows - 1, 1.0);
    for (std::int64_t c = 0; c < sizes.channels; ++c) {
      const double inverse_sd = 1 / std::sqrt(variance[c] + epsilon);
      row[c] = mean[c];
      row[sizes.channels + c] = static_cast<float>(inverse_sd);
      row[2 * sizes.channels + c] = static_cast<float>(gamma[c] * inverse_sd);
      row[3 * sizes.channels + c] = static_cast<float>(beta[c] - mean[c] * gamma[c] * inverse_sd);
      kept_mean[c] += static_cast<float>(momentum * (mean[c] - kept_mean[c]));
      kept_var[c] += static_cast<float>(momentum * (variance[c] * unbiased - kept_var[c]));
    }
    const Tensor y = torch::empty_like(x);
    const ChannelMap map = channel_map(kept, low, high);
    float* out = y.data_ptr<float>();
    Blocks(sizes.rows).for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
      map_rows(values, begin, end, sizes.channels, map, out);
    });
    context->save_for_backward({x, weight, kept});
    context->saved_data["low"] = low;
    context->saved_data["high"] = high;
    context->saved_data["rows"] = rows;
    context->saved_data["over_peers"] = reinterpret_cast<std::int64_t>(over_peers);
    return y;
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const tensor_list saved = context->get_saved_variables();
    const Tensor& x = saved[0];
    const Tensor& kept = saved[2];
    const Tensor dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    const Sizes sizes(x);
    const std::int64_t channels = sizes.channels;
    const ChannelMap map =
        channel_map(kept, context->saved_data["low"].toDouble(), context->saved_data["high"].toDouble());
    const float *mean = kept.data_ptr<float>(), *inverse_sd = mean + channels;
    const float *values = x.data_ptr<float>(), *dy_values = dy.data_ptr<float>();

    std::vector<double> sums(2 * channels);
    const std::span<double> sum = std::span(sums).first(channels), dot = std::span(sums).last(channels);
    gradient_sums(values, dy_values, sizes, map, mean, sum, dot);
    const Tensor d_weight = torch::empty({channels}, torch::kFloat32),
                 d_bias = torch::empty({channels}, torch::kFloat32);
    for (std::int64_t c = 0; c < channels; ++c) {
      d_weight.data_ptr<float>()[c] = static_cast<float>(dot[c] * inverse_sd[c]);
      d_bias.data_ptr<float>()[c] = static_cast<float>(sum[c]);
    }
    const auto* over_peers = reinterpret_cast<const SumOverPeers*>(context->saved_data["over_peers"].toInt());
    if (over_peers) (*over_peers)(sums);
    std::vector<float> slope(channels), constant(channels);
    const double rows = context->saved_data["rows"].toDouble();
    for (std::int64_t c = 0; c < channels; ++c) {
      // dx = scale · (g - Σg / M - (x - mean) · Σg(x - mean) / (M · var))
      const double per_unit = map.scale[c] * dot[c] * inverse_sd[c] * inverse_sd[c] / rows;
      slope[c] = static_cast<float>(-per_unit);
      constant[c] = static_cast<float>(per_unit * mean[c] - map.scale[c] * sum[c] / rows);
    }
    const Tensor dx = torch::empty_like(x);
    float* out = dx.data_ptr<float>();
    Blocks(sizes.rows).for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
      map_gradient_rows(values, dy_values, begin, end, channels, map, slope.data(), constant.data(), out);
    });
    return {dx, d_weight, d_bias, Tensor(), Tensor(), Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
  }

 private:
  static ChannelMap channel_map(const Tensor& kept, double low, double high) {
    const float* row = kept.data_ptr<float>();
    const std::int64_t channels = kept.size(1);
    return {row + 2 * channels, row + 3 * channels, static_cast<float>(low), static_cast<float>(high)};
  }
};

}  // namespace

Tensor batch_norm_activation(const Tensor& x, const Tensor& weight, const Tensor& bias,
                             const Tensor& running_mean, const Tensor& running_var, double momentum,
                             double epsilon, const Clamp& clamp, const SumOverPeers* over_peers) {
  return Function::apply(x, weight, bias, running_mean, running_var, momentum, epsilon,
                         static_cast<double>(clamp.low), static_cast<double>(clamp.high), over_peers);
}

bool suits_batch_norm_activation(const Tensor& x) {
  return x.is_cpu() && x.scalar_type() == torch::kFloat32 && x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace giemsa
