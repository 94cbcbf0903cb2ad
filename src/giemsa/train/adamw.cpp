#include "giemsa/train/adamw.h"

#include <ATen/Parallel.h>

#include <cmath>

#include "giemsa/train/wide.h"

namespace giemsa {

namespace {

constexpr std::int64_t kGrain = 16'384;  // elements per task: large enough to outweigh the hand-over

struct AdamWCoefficients {
  float beta1, rest1, beta2, rest2;  // rest: 1 - beta, taken in double; in float it is off by 1e-5 of itself
  float keep, step_size, inverse_sqrt_correction, epsilon;
};

GIEMSA_WIDE void adamw_loop(float* __restrict p, const float* __restrict g, float* __restrict m,
                            float* __restrict v, std::int64_t n, const AdamWCoefficients c) {
  for (std::int64_t i = 0; i < n; ++i) {
    m[i] = c.beta1 * m[i] + c.rest1 * g[i];
    v[i] = c.beta2 * v[i] + c.rest2 * g[i] * g[i];
    p[i] = c.keep * p[i] - c.step_size * m[i] / (std::sqrt(v[i]) * c.inverse_sqrt_correction + c.epsilon);
  }
}

GIEMSA_WIDE void average_loop(float* __restrict average, const float* __restrict p, std::int64_t n,
                              float share) {
  for (std::int64_t i = 0; i < n; ++i) average[i] += share * (p[i] - average[i]);
}

}  // namespace

void adamw_update(float* param, const float* gradient, float* first, float* second, std::int64_t n,
                  const AdamWOptions& o, double learning_rate, std::int64_t step) {
  const double correction1 = 1 - std::pow(o.beta1, step), correction2 = 1 - std::pow(o.beta2, step);
  const AdamWCoefficients c{static_cast<float>(o.beta1),
                            static_cast<float>(1 - o.beta1),
                            static_cast<float>(o.beta2),
                            static_cast<float>(1 - o.beta2),
                            static_cast<float>(1 - learning_rate * o.weight_decay),
                            static_cast<float>(learning_rate / correction1),
                            static_cast<float>(1 / std::sqrt(correction2)),
                            static_cast<float>(o.epsilon)};
  at::parallel_for(0, n, kGrain, [&](std::int64_t begin, std::int64_t end) {
    adamw_loop(param + begin, gradient + begin, first + begin, second + begin, end - begin, c);
  });
}

AdamW::AdamW(const Graph& graph, TorchParams params, const AdamWOptions& options)
    : graph_(graph), params_(std::move(params)), options_(options) {
  for (const torch::Tensor& param : params_) {
    first_.push_back(param.requires_grad() ? torch::zeros_like(param) : torch::Tensor());
    second_.push_back(param.requires_grad() ? torch::zeros_like(param) : torch::Tensor());
  }
}

void AdamW::step(double learning_rate) {
  ++steps_;
  for (std::size_t i = 0; i < params_.size(); ++i) {
    torch::Tensor& param = params_[i];
    if (!param.requires_grad() || !param.grad().defined()) continue;
    torch::Tensor gradient = param.grad();
    if (gradient.strides() != param.strides()) {  // same memory order, so that plain loops serve
      gradient = torch::empty_like(param, param.options().requires_grad(false)).copy_(gradient);
    }
    AdamWOptions options = options_;
    if (!decays(graph_.params[i].kind)) options.weight_decay = 0;
    adamw_update(param.data_ptr<float>(), gradient.data_ptr<float>(), first_[i].data_ptr<float>(),
                 second_[i].data_ptr<float>(), param.numel(), options, learning_rate, steps_);
    param.mutable_grad() = torch::Tensor();
  }
}

WeightAverage::WeightAverage(const TorchParams& params) {
  for (const torch::Tensor& param : params) values_.push_back(param.detach().clone());
}

void WeightAverage::update(const TorchParams& params, double decay) {
  const auto share = static_cast<float>(1 - decay);
  for (std::size_t i = 0; i < params.size(); ++i) {
    float* average = values_[i].data_ptr<float>();
    const float* param = params[i].data_ptr<float>();
    at::parallel_for(0, params[i].numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      average_loop(average + begin, param + begin, end - begin, share);
    });
  }
}

}  // namespace giemsa
