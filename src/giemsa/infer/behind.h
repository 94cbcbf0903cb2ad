#pragma once
#include <cstddef>
#include <functional>

#include "giemsa/infer/step.h"

namespace giemsa {

/// A step whose input is first made from another value: prepare(value, made). The made one, of `bytes`, lies
/// in the scratchpad, before what `step` itself uses of it.
CompiledStep behind(const CompiledStep& step, std::size_t bytes,
                    const std::function<void(const float* value, std::byte* made)>& prepare);

}  // namespace giemsa
