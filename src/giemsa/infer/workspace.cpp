#include "giemsa/infer/workspace.h"

#include <algorithm>
#include <new>

namespace giemsa {

namespace {
constexpr std::align_val_t kAlignment{64};
}

void Workspace::Free::operator()(std::byte* memory) const { ::operator delete[](memory, kAlignment); }

Workspace::Workspace(const Plan& plan, std::span<const CompiledStep> steps) {
  std::size_t scratchpad_bytes = 0;
  for (const CompiledStep& step : steps) scratchpad_bytes = std::max(scratchpad_bytes, step.scratchpad_bytes);
  const std::size_t value_bytes = plan.workspace_size * sizeof(float);  // a multiple of kAlignment
  memory_.reset(static_cast<std::byte*>(::operator new[](value_bytes + scratchpad_bytes, kAlignment)));

  const auto values = reinterpret_cast<float*>(memory_.get());
  const auto value_of = [&](int step) { return values + plan.steps[step].offset; };
  for (std::size_t s = 1; s < plan.steps.size(); ++s) {
    Buffers buffers{{}, value_of(static_cast<int>(s)), memory_.get() + value_bytes};
    for (const int input : plan.steps[s].inputs) buffers.inputs.push_back(value_of(input));
    calls_.push_back(steps[s - 1].bind(buffers));
  }
  input_ = value_of(0);
  for (const int output : plan.outputs) outputs_.push_back({value_of(output), plan.steps[output].size});
}

void Workspace::run(std::span<const float> image, std::span<float> out) {
  std::ranges::copy(image, input_);
  for (const Call& call : calls_) call();
  float* to = out.data();
  for (const std::span<const float> output : outputs_) to = std::ranges::copy(output, to).out;
}

}  // namespace giemsa
