#include "giemsa/infer/several.h"

#include <utility>

namespace giemsa {
namespace {

/// The step for one picture after the other.
CompiledStep in_turn(const Plan& plan, const Step& step, const CompiledStep& one, std::size_t pictures) {
  std::vector<std::size_t> sizes;  // of the inputs
  for (const int input : step.inputs) sizes.push_back(plan.steps[input].size);
  return {one.scratchpad_bytes, [bind = one.bind, sizes, size = step.size, pictures](const Buffers& all) {
            std::vector<Call> calls;
            for (std::size_t i = 0; i < pictures; ++i) {
              Buffers mine{all.inputs, all.output + i * size, all.scratchpad};
              for (std::size_t k = 0; k < sizes.size(); ++k) mine.inputs[k] += i * sizes[k];
              calls.push_back(bind(mine));
            }
            return Call([calls = std::move(calls)] {
              for (const Call& call : calls) call();
            });
          }};
}

}  // namespace

std::vector<CompiledStep> for_several(const Plan& plan, const std::vector<CompiledStep>& steps,
                                      std::size_t pictures) {
  std::vector<CompiledStep> result = steps;
  for (std::size_t s = static_cast<std::size_t>(plan.first_grouped); s < plan.steps.size(); ++s) {
    const CompiledStep& one = steps[s - 1];
    result[s - 1] = one.several ? one.several(pictures) : in_turn(plan, plan.steps[s], one, pictures);
  }
  return result;
}

}  // namespace giemsa
