// Updates of a network's parameters with their moving average, by every optimizer, milliseconds of CPU time
// and of the clock per update: bench_optimizers [NETWORK] [THREADS] [UPDATES]. The medians are shown.

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "giemsa/models/registry.h"
#include "giemsa/train/optimizer.h"

namespace {

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

double clock_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  using namespace giemsa;
  const char* network = argc > 1 ? argv[1] : "mobilenet_v2";
  if (argc > 2) at::set_num_threads(std::atoi(argv[2]));
  const int updates = argc > 3 ? std::max(std::atoi(argv[3]), 1) : 50;
  const Graph graph = build_model(network, {.classes = 8});

  for (const char* kind : {"sgd", "adam", "adamw", "lion"}) {
    for (const double clip_norm : {0.0, 1.0}) {
      TorchParams params = to_torch(graph, initialise(graph, 1)), gradients;
      for (std::size_t i = 0; i < params.size(); ++i) {
        params[i].requires_grad_(!is_statistic(graph.params[i].kind));
        gradients.push_back(torch::randn_like(params[i].detach()));
      }
      OptimizerOptions options;
      options.kind = kind;
      options.clip_norm = clip_norm;
      Optimizer optimizer(graph, params, options);
      WeightAverage average(params);
      std::vector<double> cpu, wall;
      for (int update = 0; update < updates; ++update) {
        for (std::size_t i = 0; i < params.size(); ++i) {
          if (params[i].requires_grad()) params[i].mutable_grad() = gradients[i];
        }
        const double cpu_before = cpu_ms(), before = clock_ms();
        optimizer.step({.learning_rate = 1e-6, .average = &average, .average_decay = 0.99});
        cpu.push_back(cpu_ms() - cpu_before);
        wall.push_back(clock_ms() - before);
      }
      std::printf("%s %-5s %-8s cpu %7.2f ms  clock %7.2f ms\n", network, kind,
                  clip_norm > 0 ? "clipped" : "", median(cpu), median(wall));
    }
  }
}
