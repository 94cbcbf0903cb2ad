#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/onnx/export_model.h"
#include "giemsa/onnx/write_onnx.h"
#include "giemsa/run/model_box.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string model, out;
  ExportOptions options;
};

void export_model(const Arguments& args) {
  const Model model = read_model(named_model(args.model));
  const std::uint64_t bytes = write_onnx(args.out, onnx_of(model, args.options));
  say("{}, {} classes, input {} px, {}: {:.1f} MB in {}", model.network, model.classes.size(),
      model.preprocess.input_px, args.options.int8 ? "8-bit integers" : "32-bit floats",
      static_cast<double>(bytes) / 1e6, args.out);
  say("What giemsa does besides, and the file does not:");
  for (const std::string& line : left_outside(model, args.options)) say("  {}", line);
}

}  // namespace

void add_export_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("export", "Write a model as ONNX, for other programs");
  command
      ->add_option("MODEL", args->model,
                   "A model folder, a run folder of giemsa train, or the name of a model in the box")
      ->required();
  command->add_option("--out", args->out, "The .onnx file to write")->required();
  command->add_flag("--preprocessing", args->options.preprocessing,
                    "Take RGB bytes and normalise them inside; default: normalised pixels");
  command->add_flag("--features", args->options.features,
                    "Give the backbone's features, averaged over positions, too");
  command->add_flag("--int8", args->options.int8,
                    "Of a quantised model: multiply 8-bit integers as it does, for ONNX Runtime; default: "
                    "32-bit floats,\nwhich every reader knows");
  command->footer(
      "How to run the file in Python, Node and OpenCV: docs/export.md. Logits are those of one look at one\n"
      "picture; stderr says what giemsa does besides.\n\nExamples:\n"
      "  giemsa export blood_cells --out blood_cells.onnx\n"
      "  giemsa export run --out model.onnx --preprocessing --features\n"
      "  giemsa export fast.giemsa --out fast.onnx --int8");
  command->callback([args] { export_model(*args); });
}

}  // namespace giemsa
