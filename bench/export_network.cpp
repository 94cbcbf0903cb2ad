// Writes a registered network with fresh weights as ONNX, for timing it in other engines: 8 classes, 96 px.
//
//   bench_export_network NETWORK FILE

#include <fmt/format.h>

#include "giemsa/models/registry.h"
#include "giemsa/onnx/export_model.h"
#include "giemsa/onnx/write_onnx.h"

int main(int argc, char** argv) {
  using namespace giemsa;
  if (argc != 3) {
    fmt::print(stderr, "usage: {} NETWORK FILE\n", argv[0]);
    return 2;
  }
  Model model;
  model.network = argv[1];
  model.options = {.classes = 8, .input_px = 96};
  model.preprocess.input_px = 96;
  model.classes = {"a", "b", "c", "d", "e", "f", "g", "h"};
  model.weights = initialise(model.graph(), 1);
  write_onnx(argv[2], onnx_of(model, {}));
}
