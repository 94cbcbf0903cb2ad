#include "giemsa/cli/network_opinion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/data/record_numbers.h"
#include "giemsa/eval/predictions.h"
#include "giemsa/predict/features.h"

namespace giemsa {
namespace {

/// For each class of the predictions its number in the source.
std::vector<std::size_t> match_classes(const std::string& file, const std::vector<std::string>& predicted,
                                       const std::vector<std::string>& classes) {
  std::vector<std::size_t> numbers;
  for (const std::string& name : predicted) {
    const auto found = std::ranges::find(classes, name);
    require(found != classes.end(), ErrorKind::Data,
            fmt::format("[inspect] {}: class '{}' is not in the data set", file, name));
    numbers.push_back(static_cast<std::size_t>(found - classes.begin()));
  }
  for (const std::string& name : classes) {
    require(
        std::ranges::find(predicted, name) != predicted.end(), ErrorKind::Data,
        fmt::format("[inspect] {}: class '{}' of the data set is not predicted", file, name),
        "with no probability for it, all its labels would seem wrong; predict with models of all classes");
  }
  return numbers;
}

void add_predictions(NetworkOpinion& opinion, const std::string& file, const Source& source) {
  const Predictions predictions = read_predictions(file);
  const std::size_t classes = source.classes().size();
  const auto column = match_classes(file, predictions.classes, source.classes());
  const auto numbers = record_numbers(source);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    auto found = numbers.find(predictions.ids[i]);
    if (found == numbers.end()) found = numbers.find(predictions.paths[i]);
    if (found == numbers.end()) {
      throw Error(ErrorKind::Data,
                  fmt::format("[inspect] {}: '{}' is not in the data set", file, predictions.ids[i]),
                  "give predictions for this data set");
    }
    const std::size_t record = found->second;
    if (opinion.predicted[record]) {
      throw Error(ErrorKind::Data,
                  fmt::format("[inspect] {}: '{}' is predicted more than once", file, predictions.ids[i]),
                  "give each record's out-of-fold prediction once");
    }
    opinion.predicted[record] = 1;
    for (std::size_t k = 0; k < column.size(); ++k)
      opinion.probabilities[record * classes + column[k]] = predictions.row(i)[k];
  }
}

Model network_of(const OpinionArguments& args) {
  if (!args.model.empty()) return read_model(args.model);
  return backbone(args.network, args.weights, args.input_px);
}

}  // namespace

void add_opinion_options(CLI::App& command, OpinionArguments& args) {
  auto* model =
      command.add_option("--model", args.model, "A run or model folder: its features tell what is unusual");
  auto* weights = command.add_option("--weights", args.weights,
                                     "A weight file (ImageNet's, say) for the same, with --network");
  auto* network =
      command.add_option("--network", args.network, "The network of --weights; see 'giemsa models'");
  weights->needs(network)->excludes(model);
  network->needs(weights);
  command.add_option("--input", args.input_px, "Side in pixels that --network sees pictures at")
      ->capture_default_str()
      ->needs(network);
  command.add_option(
      "--predictions", args.predictions,
      "predictions.csv of models that have not been trained on those pictures (one file for each "
      "fold): label errors are told by them");
}

NetworkOpinion form_opinion(const Source& source, const OpinionArguments& args) {
  NetworkOpinion opinion;
  const auto records = source.records();
  if (!args.predictions.empty()) {
    require(compares_classes(source.classes().size()), ErrorKind::Data,
            fmt::format("[inspect] {} classes; labels are judged by predictions up to {}",
                        source.classes().size(), kMostComparedClasses),
            "leave --predictions away");
    opinion.probabilities.assign(records.size() * source.classes().size(), 0);
    opinion.predicted.assign(records.size(), 0);
    for (const std::string& file : args.predictions) add_predictions(opinion, file, source);
  }
  if (args.model.empty() && args.weights.empty()) return opinion;
  const FeatureNetwork network(network_of(args));
  ProgressBar bar("Describe");
  PictureFeatures features = features_of_all(
      network, records.size(), [&](std::size_t i) { return source.load(i); },
      [&](std::size_t i) { return records[i].id; }, 0, bar.callback());
  bar.finish();
  opinion.features = std::move(features.values);
  opinion.feature_size = features.size;
  return opinion;
}

}  // namespace giemsa
