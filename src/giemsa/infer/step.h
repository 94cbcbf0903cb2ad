#pragma once
#include <cstddef>
#include <functional>
#include <vector>

namespace giemsa {

/// Where one step of a network reads and writes within one thread's workspace. Maps are [H, W, C].
struct Buffers {
  std::vector<float*> inputs;
  float* output;  ///< holds the residual beforehand where the step adds one
  std::byte* scratchpad;
};

/// A step's work once its buffers are known; run by the thread that owns them.
using Call = std::function<void()>;

/// A step made ready for this processor; read-only, shared by all threads, each of which binds it to its
/// buffers.
struct CompiledStep {
  std::size_t scratchpad_bytes = 0;
  std::function<Call(const Buffers&)> bind;
  /// The same step for so many pictures at once, whose values lie one behind the other, with the same weights
  /// and the same bits. Nothing where that is no faster than one after the other.
  std::function<CompiledStep(std::size_t pictures)> several = {};
};

}  // namespace giemsa
