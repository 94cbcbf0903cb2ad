#pragma once
#include <memory>
#include <span>
#include <vector>

#include "giemsa/infer/plan.h"
#include "giemsa/infer/step.h"

namespace giemsa {

/// What one thread needs to run a planned network: memory for the values, and the steps bound to it.
class Workspace {
 public:
  /// steps: one per step of the plan but the first, which is the picture.
  Workspace(const Plan& plan, std::span<const CompiledStep> steps);

  /// image: [H, W, C] → out: the values that the plan computes, one behind the other.
  void run(std::span<const float> image, std::span<float> out);

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  std::unique_ptr<std::byte[], Free> memory_;
  std::vector<Call> calls_;
  float* input_;
  std::vector<std::span<const float>> outputs_;
};

}  // namespace giemsa
