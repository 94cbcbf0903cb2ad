#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/image/codec.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

/// The pictures that the arguments name: files as they are given, folders searched below in sorted order.
std::vector<std::string> find_pictures(const std::vector<std::string>& paths) {
  std::vector<std::string> pictures;
  for (const std::string& path : paths) {
    require(fs::exists(path), ErrorKind::Io, fmt::format("[predict] {} does not exist", path));
    if (!fs::is_directory(path)) {
      pictures.push_back(path);
      continue;
    }
    const std::size_t before = pictures.size();
    for (const auto& entry :
         fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied)) {
      if (entry.is_regular_file() && has_image_extension(entry.path()))
        pictures.push_back(entry.path().string());
    }
    require(pictures.size() > before, ErrorKind::Data,
            fmt::format("[predict] there is no picture below {}", path),
            "pictures end in .jpg, .jpeg, .png, .bmp, .tif or .tiff");
    std::sort(pictures.begin() + static_cast<std::ptrdiff_t>(before), pictures.end());
  }
  return pictures;
}

std::string best_class(const Classifier& classifier, std::span<const float> row) {
  return classifier.classes()[std::max_element(row.begin(), row.end()) - row.begin()];
}

void print_csv(const Classifier& classifier, const std::vector<std::string>& pictures,
               const Answers& answers) {
  const std::size_t classes = classifier.classes().size();
  std::vector<std::string> fields{"path", "predicted"};
  for (const std::string& name : classifier.classes()) fields.push_back("p_" + name);
  std::string text;
  append_csv_row(text, fields);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!answers.readable[i]) continue;
    const std::span row(answers.probabilities.data() + i * classes, classes);
    fields = {pictures[i], best_class(classifier, row)};
    for (const float p : row) fields.push_back(shortest(p));
    append_csv_row(text, fields);
  }
  fmt::print("{}", text);
}

void print_json(const Classifier& classifier, const std::vector<std::string>& pictures,
                const Answers& answers) {
  const std::size_t classes = classifier.classes().size();
  nlohmann::ordered_json results = nlohmann::ordered_json::array(), failed = results;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!answers.readable[i]) continue;
    const std::span row(answers.probabilities.data() + i * classes, classes);
    nlohmann::ordered_json probabilities;
    for (std::size_t c = 0; c < classes; ++c) probabilities[classifier.classes()[c]] = row[c];
    results.push_back({{"path", pictures[i]},
                       {"predicted", best_class(classifier, row)},
                       {"probabilities", std::move(probabilities)}});
  }
  for (const Finding& finding : answers.findings) {
    failed.push_back({{"path", finding.record}, {"reason", finding.reason}, {"evidence", finding.evidence}});
  }
  const nlohmann::ordered_json all{{"predictions", results}, {"findings", failed}};
  fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void add_predict_command(CLI::App& app) {
  struct Arguments {
    std::string model, format = "csv";
    std::vector<std::string> paths;
    int threads = 0;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("predict", "Say which cells pictures show");
  command->add_option("PATH", args->paths, "Pictures, or folders of them")->required();
  command->add_option("--model", args->model, "A model folder, or a run folder of giemsa train")->required();
  command->add_option("--format", args->format, "How to answer on standard output")
      ->check(CLI::IsMember({"csv", "json"}))
      ->capture_default_str();
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "Pictures that cannot be read are named on standard error; the others are answered. The exit code is 3 "
      "when\n"
      "none could be read.\n\nExample:\n  giemsa predict --model run cell.jpg more-cells/ > cells.csv");
  command->callback([args] {
    const std::vector<std::string> pictures = find_pictures(args->paths);
    const Classifier classifier(read_model(args->model));
    ProgressBar bar("Predict");
    const bool many = pictures.size() > 50;
    const Answers answers = classify_all(
        classifier, pictures.size(), [&](std::size_t i) { return read_image(pictures[i]); },
        [&](std::size_t i) { return pictures[i]; }, args->threads,
        many ? bar.callback() : ProgressCallback());
    if (many) bar.finish();
    args->format == "json" ? print_json(classifier, pictures, answers)
                           : print_csv(classifier, pictures, answers);
    say_findings(answers.findings);
    require(answers.findings.size() < pictures.size(), ErrorKind::Data, "[predict] no picture could be read");
  });
}

}  // namespace giemsa
