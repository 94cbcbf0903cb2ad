// Pictures per second of the native executor, for pairs with other engines (bench/peers/).
//
//   bench_forward_native NETWORK BATCH THREADS [SECONDS [int8]]

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "giemsa/infer/measure_ranges.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"

int main(int argc, char** argv) {
  using namespace giemsa;
  using Clock = std::chrono::steady_clock;
  if (argc < 4) {
    fmt::print(stderr, "usage: {} NETWORK BATCH THREADS [SECONDS [int8]]\n", argv[0]);
    return 2;
  }
  const Graph graph = build_model(argv[1], {.classes = 8, .input_px = 96});
  const auto batch = static_cast<std::size_t>(std::atoi(argv[2]));
  const int threads = std::atoi(argv[3]);
  const double seconds = argc > 4 ? std::atof(argv[4]) : 2;
  const bool int8 = argc > 5 && std::string(argv[5]) == "int8";
  const auto image_size = static_cast<std::size_t>(graph.input_shape().size());
  std::vector<float> images(batch * image_size);
  for (std::size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(i * 7919 % 1000) / 500 - 1;
  const StateDict weights = initialise(graph, 1);
  Quantization quantization;
  if (int8) {
    quantization =
        measure_ranges(graph, weights, std::array{graph.output}, std::span(images).first(image_size), 1);
  }
  const NativeExecutor network(graph, weights, std::array{graph.output}, int8 ? &quantization : nullptr);
  std::vector<float> logits(batch * static_cast<std::size_t>(network.output_shape().size()));
  std::vector<double> times;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  for (int i = 0; i < 5; ++i) network.run(images, batch, threads, logits);
  for (const auto start = Clock::now(); since(start) < seconds;) {
    const auto one = Clock::now();
    network.run(images, batch, threads, logits);
    times.push_back(since(one));
  }
  std::ranges::sort(times);
  const auto n = static_cast<double>(batch);
  fmt::print("{} {:.1f} images/s median {:.1f} best\n", argv[1], n / times[times.size() / 2], n / times[0]);
}
