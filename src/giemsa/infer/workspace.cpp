#include "giemsa/infer/workspace.h"

#include <algorithm>
#include "giemsa/infer/huge_page_memory.h"

namespace giemsa {

namespace {

/// The earlier steps whose values steps from `first` on read or add to.
std::vector<int> read_across(const Plan& plan, int first) {
  std::vector<int> across;
  const auto note = [&](int step) {
    if (step >= 0 && step < first && std::ranges::count(across, step) == 0) across.push_back(step);
  };
  for (std::size_t s = static_cast<std::size_t>(first); s < plan.steps.size(); ++s) {
    std::ranges::for_each(plan.steps[s].inputs, note);
    note(plan.steps[s].residual);
  }
  return across;
}

}  // namespace

Workspace::Workspace(const Plan& plan, std::span<const CompiledStep> steps, std::size_t pictures)
    : pictures_(pictures) {
  const int count = static_cast<int>(plan.steps.size());
  const int first_grouped = pictures > 1 ? plan.first_grouped : count;
  std::size_t scratchpad_bytes = 0;
  for (const CompiledStep& step : steps) scratchpad_bytes = std::max(scratchpad_bytes, step.scratchpad_bytes);
  // First the values of one picture, then, for the grouped steps, those of all. Both sizes are multiples of
  // 64 bytes.
  const std::size_t single_size = plan.workspace_size;
  const std::size_t grouped_size = first_grouped < count ? pictures * single_size : 0;
  const std::size_t value_bytes = (single_size + grouped_size) * sizeof(float);
  memory_ = huge_page_memory(value_bytes + scratchpad_bytes);

  const auto values = reinterpret_cast<float*>(memory_.get());
  const auto single = [&](int step) { return values + plan.steps[step].offset; };
  const auto grouped = [&](int step) { return values + single_size + pictures * plan.steps[step].offset; };
  for (int s = 1; s < count; ++s) {
    const bool alone = s < first_grouped;
    const auto value_of = [&](int step) { return alone ? single(step) : grouped(step); };
    Buffers buffers{{}, value_of(s), memory_.get() + value_bytes};
    for (const int input : plan.steps[s].inputs) buffers.inputs.push_back(value_of(input));
    (alone ? single_ : grouped_).push_back(steps[static_cast<std::size_t>(s) - 1].bind(buffers));
  }
  input_ = single(0);
  if (first_grouped < count) {
    for (const int step : read_across(plan, first_grouped))
      after_single_.push_back({single(step), plan.steps[step].size, grouped(step)});
  }
  std::size_t at = 0;
  for (const int output : plan.outputs) {
    const std::size_t size = plan.steps[output].size;
    if (output < first_grouped) {
      after_single_.push_back({single(output), size, nullptr, at});
    } else {
      after_grouped_.push_back({grouped(output), size, nullptr, at});
    }
    at += size;
  }
}

void Workspace::run(std::span<const float> images, std::span<float> out) {
  const std::size_t image_size = images.size() / pictures_, value_size = out.size() / pictures_;
  for (std::size_t i = 0; i < pictures_; ++i) {
    std::ranges::copy(images.subspan(i * image_size, image_size), input_);
    for (const Call& call : single_) call();
    for (const Copy& copy : after_single_)
      std::copy_n(copy.from, copy.size, copy.to ? copy.to + i * copy.size : &out[i * value_size + copy.at]);
  }
  for (const Call& call : grouped_) call();
  for (const Copy& copy : after_grouped_) {
    for (std::size_t i = 0; i < pictures_; ++i)
      std::copy_n(copy.from + i * copy.size, copy.size, &out[i * value_size + copy.at]);
  }
}

}  // namespace giemsa
