// The largest network must not be in memory twice.

#include "giemsa/infer/native_executor.h"
#include "infer/xlarge_memory.h"

namespace giemsa {
namespace {

TEST(MemoryDeathTest, ConvNextXLargeIsInMemoryOnce) {
  testing::expect_xlarge_in_memory_once(
      [](const Graph& graph, StateDict weights, std::vector<float>& picture) {
        std::vector<float> logits(8);
        NativeExecutor(graph, std::move(weights)).run(picture, 1, 1, logits);
      });
}

}  // namespace
}  // namespace giemsa
