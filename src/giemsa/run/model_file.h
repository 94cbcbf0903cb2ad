#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/image/preprocess.h"
#include "giemsa/models/options.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// All that is needed to answer for a picture. On disk a folder, usually NAME.giemsa/:
///   weights.safetensors   the parameters, by the network's own names
///   model.json            network, options, preprocessing, classes, facts
///   card.md               what it is, for people
struct Model {
  std::string network;  ///< name in the registry
  ModelOptions options;
  Preprocess preprocess;
  std::vector<std::string> classes;  ///< in the order of the logits
  StateDict weights;
  /// What is known of how it was made, e.g. {"validation accuracy", "0.9868"}; shown in the card, in this
  /// order.
  std::vector<std::pair<std::string, std::string>> facts;

  Graph graph() const;
};

/// Writes the folder in one step: a reader sees the old model or the new one, never a mixture. Throws Io;
/// Data for class names that are not UTF-8.
void write_model(const std::filesystem::path& folder, const Model& model);

/// Opens a model folder, or the model of a run folder (RUN/model.giemsa). The weights stay in the mapped
/// file. Throws Io when there is none, Model when a part is missing, malformed or does not fit the network.
Model read_model(const std::filesystem::path& path);

}  // namespace giemsa
