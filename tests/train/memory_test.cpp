// The largest network must not be in memory twice on LibTorch either.

#include "giemsa/train/torch_network.h"
#include "infer/xlarge_memory.h"

namespace giemsa {
namespace {

TEST(MemoryDeathTest, ConvNextXLargeIsInMemoryOnce) {
  testing::expect_xlarge_in_memory_once(
      [](const Graph& graph, StateDict weights, std::vector<float>& picture) {
        const torch::NoGradGuard no_grad;
        const TorchParams params = to_torch(graph, std::move(weights));
        forward(graph, params, as_images(picture.data(), 1, graph.input_shape()), {});
      });
}

}  // namespace
}  // namespace giemsa
