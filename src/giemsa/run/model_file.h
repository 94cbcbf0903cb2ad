#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/graph/quantization.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/models/options.h"
#include "giemsa/run/replay_memory.h"
#include "giemsa/trust/trust.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Most networks of an ensemble.
inline constexpr int kMaxMembers = 64;

/// How a picture is shown to the networks when they are asked.
struct Viewing {
  /// How many of the picture's eight symmetries are looked at, and the answers averaged: 1 or 8 (test-time
  /// augmentation).
  int views = 1;
  /// Whether its clear ground is first brought to a reference colour (augment/stain.h): for pictures of
  /// another microscope or stain.
  bool standardise = false;
  /// Whether wide fields are first cut to the cell in their middle (predict/wide_field.h): for a model of
  /// crops that shall read whole frames of a microscope, too.
  bool cut_frames = false;
  /// Whether unusual pictures are looked at again, brought nearer to those of the training
  /// (predict/second_looks.h): for cells of another laboratory. Needs a trust that knows the novelty.
  bool second_looks = false;
  /// Whether pictures with pale nuclei are stained more deeply, in standard colours (predict/colours.h): for
  /// a model that was adapted to such pictures.
  bool deepen_pale = false;

  bool operator==(const Viewing&) const = default;
};

/// All that is needed to answer for a picture. On disk a folder, usually NAME.giemsa/:
///   weights.safetensors   the parameters, by the network's own names
///   model.json            network, options, preprocessing, classes, facts
///   trust.json, trust.safetensors   what turns its answers into ones that may be trusted, once calibrated
///   memory.safetensors    what it keeps of some pictures that it was trained on, once calibrated
///   card.md               what it is, for people
///   members/1, 2, …       an ensemble has these in place of weights: a model folder each
struct Model {
  std::string network;  ///< name in the registry
  ModelOptions options;
  Preprocess preprocess;
  std::vector<std::string> classes;  ///< in the order of the logits
  StateDict weights;
  Viewing viewing = {};
  Trust trust = {};
  /// Which layers multiply 8-bit integers; empty: none. Of a single network.
  Quantization quantization = {};
  ReplayMemory memory = {};  ///< of a single network
  /// An ensemble: the networks whose probabilities are averaged, all with its classes. Network, options,
  /// preprocess and weights say nothing then.
  std::vector<Model> members = {};
  /// What is known of how it was made, e.g. {"validation accuracy", "0.9868"}; shown in the card, in this
  /// order.
  std::vector<std::pair<std::string, std::string>> facts;

  bool is_ensemble() const { return !members.empty(); }
  /// The network's name, or "ensemble of 3 networks".
  std::string title() const;
  /// Throws Usage for an ensemble, Internal where preprocess makes pictures of another size.
  Graph graph() const;
};

/// Writes the folder in one step: a reader sees the old model or the new one, never a mixture. Throws Io;
/// Data for class names that are not UTF-8.
void write_model(const std::filesystem::path& folder, const Model& model);

/// The folder that holds model.json: `path`, or the model of a run folder (RUN/model.giemsa). Throws Io when
/// there is none.
std::filesystem::path model_folder(const std::filesystem::path& path);

/// What of a model is read. `Answering`: all but the memory, which only learning and writing the model again
/// need.
enum class ModelParts { All, Answering };

/// Opens a model folder, or the model of a run folder (RUN/model.giemsa). The weights stay in the mapped
/// file. Throws Io when there is none, Model when a part is missing, malformed or does not fit the network.
Model read_model(const std::filesystem::path& path, ModelParts parts = ModelParts::All);

}  // namespace giemsa
