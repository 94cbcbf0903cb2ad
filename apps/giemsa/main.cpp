#include <CLI/CLI.hpp>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/program.h"

int main(int argc, char** argv) {
  CLI::App app("Classify blood-cell pictures: from a folder of cells to a measured, usable classifier.",
               "giemsa");
  app.require_subcommand(1);
  app.footer(
      "Start with:\n  giemsa synth cells\n  giemsa train cells --recipe quickstart --out run\n"
      "  giemsa evaluate cells --model run --split test --out evaluation");
  giemsa::add_synth_command(app);
  giemsa::add_inspect_command(app);
  giemsa::add_clean_command(app);
  giemsa::add_split_command(app);
  giemsa::add_audit_command(app);
  giemsa::add_augment_command(app);
  giemsa::add_train_command(app);
  giemsa::add_adapt_command(app);
  giemsa::add_crossval_command(app);
  giemsa::add_search_command(app);
  giemsa::add_runs_command(app);
  giemsa::add_calibrate_command(app);
  giemsa::add_ensemble_command(app);
  giemsa::add_quantize_command(app);
  giemsa::add_evaluate_command(app);
  giemsa::add_compare_command(app);
  giemsa::add_predict_command(app);
  giemsa::add_explain_command(app);
  giemsa::add_export_command(app);
  giemsa::add_serve_command(app);
  giemsa::add_verify_command(app);
  giemsa::add_convert_command(app);
  giemsa::add_plant_command(app);
  giemsa::add_corrupt_command(app);
  giemsa::add_models_command(app);
  giemsa::add_weights_command(app);
  giemsa::add_config_command(app);
  return giemsa::run_program(app, argc, argv);
}
