#pragma once

namespace CLI {
class App;
}

namespace giemsa {

// One command each; each in the file of its name. They add a subcommand whose callback does the work.

void add_synth_command(CLI::App& app);
void add_inspect_command(CLI::App& app);
void add_clean_command(CLI::App& app);
void add_split_command(CLI::App& app);
void add_audit_command(CLI::App& app);
void add_convert_command(CLI::App& app);
void add_plant_command(CLI::App& app);
void add_corrupt_command(CLI::App& app);
void add_models_command(CLI::App& app);
void add_config_command(CLI::App& app);
void add_augment_command(CLI::App& app);
void add_train_command(CLI::App& app);
void add_adapt_command(CLI::App& app);
void add_crossval_command(CLI::App& app);
void add_search_command(CLI::App& app);
void add_runs_command(CLI::App& app);
void add_calibrate_command(CLI::App& app);
void add_ensemble_command(CLI::App& app);
void add_quantize_command(CLI::App& app);
void add_evaluate_command(CLI::App& app);
void add_compare_command(CLI::App& app);
void add_predict_command(CLI::App& app);
void add_explain_command(CLI::App& app);
void add_export_command(CLI::App& app);
void add_serve_command(CLI::App& app);
void add_verify_command(CLI::App& app);
void add_weights_command(CLI::App& app);

}  // namespace giemsa
