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
  /// steps: one per step of the plan but the first, which is the picture. pictures: that run() takes; where
  /// they are more than one, the steps come from for_several() (infer/several.h), and those before
  /// plan.first_grouped see one picture after the other.
  Workspace(const Plan& plan, std::span<const CompiledStep> steps, std::size_t pictures = 1);

  /// images: [pictures, H, W, C] → out: [pictures, value], of each picture the values that the plan computes,
  /// one behind the other.
  void run(std::span<const float> images, std::span<float> out);

 private:
  /// A value of one picture and where it goes: behind those of the pictures before it.
  struct Copy {
    const float* from;
    std::size_t size;
    float* to;           ///< of the first picture; nothing: the caller's `out`, at `at`
    std::size_t at = 0;  ///< floats into a picture's part of `out`
  };

  std::size_t pictures_;
  std::shared_ptr<std::byte[]> memory_;
  float* input_;
  std::vector<Call> single_;        ///< for each picture
  std::vector<Copy> after_single_;  ///< what the grouped steps read, and outputs
  std::vector<Call> grouped_;       ///< for all pictures
  std::vector<Copy> after_grouped_;
};

}  // namespace giemsa
