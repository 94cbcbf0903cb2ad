// Writes a registered network with fresh weights as ONNX, for timing it in other engines: 8 classes, 96 px.
// int8: with 8-bit integers, in the ranges that bench_forward_native measures.
//
//   bench_export_network NETWORK FILE [int8]

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "giemsa/infer/measure_ranges.h"
#include "giemsa/models/registry.h"
#include "giemsa/onnx/export_model.h"
#include "giemsa/onnx/write_onnx.h"

int main(int argc, char** argv) {
  using namespace giemsa;
  const bool int8 = argc == 4 && std::string(argv[3]) == "int8";
  if (argc != 3 && !int8) {
    fmt::print(stderr, "usage: {} NETWORK FILE [int8]\n", argv[0]);
    return 2;
  }
  Model model;
  model.network = argv[1];
  model.options = {.classes = 8, .input_px = 96};
  model.preprocess.input_px = 96;
  model.classes = {"a", "b", "c", "d", "e", "f", "g", "h"};
  model.weights = initialise(model.graph(), 1);
  if (int8) {
    const Graph graph = model.graph();
    std::vector<float> image(static_cast<std::size_t>(graph.input_shape().size()));
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(i * 7919 % 1000) / 500 - 1;
    model.quantization = measure_ranges(graph, model.weights, std::array{graph.output}, image, 1);
  }
  write_onnx(argv[2], onnx_of(model, {.int8 = int8}));
}
