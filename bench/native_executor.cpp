// Speed of the native executor: construction (graph, packing, code generation) and pictures per second.

#include <benchmark/benchmark.h>

#include <vector>

#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"

namespace giemsa {
namespace {

constexpr std::int64_t kInputPx = 96;

void construct(benchmark::State& state, const char* name) {
  const Graph graph = build_model(name, {.classes = 8, .input_px = kInputPx});
  const StateDict weights = initialise(graph, 1);
  for (auto _ : state) benchmark::DoNotOptimize(NativeExecutor(graph, weights));
}

/// 64 pictures per call; state.range(0): threads.
void predict(benchmark::State& state, const char* name) {
  constexpr std::size_t kPictures = 64;
  const Graph graph = build_model(name, {.classes = 8, .input_px = kInputPx});
  const NativeExecutor network(graph, initialise(graph, 1));
  const std::vector<float> images(kPictures * network.input_shape().size(), 0.5f);
  std::vector<float> logits(kPictures * network.output_shape().size());
  for (auto _ : state) network.run(images, kPictures, static_cast<int>(state.range(0)), logits);
  state.SetItemsProcessed(static_cast<std::int64_t>(kPictures * state.iterations()));
}

BENCHMARK_CAPTURE(construct, mobilenet_v2, "mobilenet_v2")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, mobilenet_v2, "mobilenet_v2")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(predict, convnext_tiny, "convnext_tiny")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace giemsa

BENCHMARK_MAIN();
