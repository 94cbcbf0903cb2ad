// Forward passes of the LibTorch executor, images/s: bench_torch_forward NETWORK [PX] [BATCH] [SECONDS].
// Its peer: bench/peers/forward_torchvision.py; bench/forward_throughput.sh runs both in turn.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "giemsa/models/registry.h"
#include "giemsa/train/folded_network.h"

int main(int argc, char** argv) {
  using namespace giemsa;
  if (argc < 2) return std::fprintf(stderr, "usage: bench_torch_forward NETWORK [PX] [BATCH] [SECONDS]\n"), 2;
  const std::int64_t input_px = argc > 2 ? std::atoll(argv[2]) : 96,
                     batch = argc > 3 ? std::atoll(argv[3]) : 16;
  const double seconds = argc > 4 ? std::atof(argv[4]) : 5;

  const Graph graph = build_model(argv[1], {.classes = 1000, .input_px = input_px});
  const FoldedNetwork network(graph, to_torch(graph, initialise(graph, 1)));
  std::vector<float> pixels(static_cast<std::size_t>(batch * graph.input_shape().size()));
  const torch::Tensor images = as_images(pixels.data(), batch, graph.input_shape()).normal_();
  for (int i = 0; i < 2; ++i) network.forward(images);

  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::int64_t passes = 0;
  while (elapsed() < seconds) {
    network.forward(images);
    ++passes;
  }
  std::printf("%s %.1f\n", argv[1], static_cast<double>(passes * batch) / elapsed());
}
