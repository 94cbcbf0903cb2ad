#include "giemsa/infer/behind.h"

namespace giemsa {

CompiledStep behind(const CompiledStep& step, std::size_t bytes,
                    const std::function<void(const float* value, std::byte* made)>& prepare) {
  constexpr std::size_t kAlignment = 64;
  const std::size_t before = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  return {step.scratchpad_bytes + before, [bind = step.bind, before, prepare](const Buffers& all) -> Call {
            Buffers mine = all;
            mine.inputs[0] = reinterpret_cast<float*>(all.scratchpad);
            mine.scratchpad = all.scratchpad + before;
            return [prepare, value = all.inputs[0], made = all.scratchpad, call = bind(mine)] {
              prepare(value, made);
              call();
            };
          }};
}

}  // namespace giemsa
