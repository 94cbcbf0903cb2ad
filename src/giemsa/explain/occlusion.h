#pragma once
#include <span>
#include <vector>

#include "giemsa/infer/native_executor.h"

namespace giemsa {

/// What hiding each place of a picture takes from the log odds of a class, [H, W], cut at 0 (Zeiler, Fergus,
/// arXiv 1311.2901; they map the probability, which stays at 1 where a network is sure). A patch of a sixth
/// of the side in one colour moves by half its side; each pixel gets the mean over the patches on it.
/// network: gives logits; image: [H, W, 3], normalised; colour: [3], of the patch, normalised likewise;
/// patches on `threads` threads (0: one per processor). Costs 1 + 13² passes at sides that 12 divides.
std::vector<float> occlusion_map(const NativeExecutor& network, std::span<const float> image,
                                 std::span<const float> colour, int class_index, int threads);

}  // namespace giemsa
