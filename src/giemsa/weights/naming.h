#pragma once
#include <map>
#include <string>
#include <vector>

#include "giemsa/formats/weight_file.h"
#include "giemsa/graph/graph.h"

namespace giemsa {

/// One guess at how a file names the parameters of a network.
struct Naming {
  std::string scheme;  ///< "PyTorch", "timm", "Keras", "Keras, by order", "Keras 3", …
  bool keras = false;  ///< values lie in Keras' layout
  std::map<std::string, std::string> tensors;  ///< parameter → tensor of the file; only those that are there
  std::string root =
      {};  ///< Keras 3: the group that holds the network's layers, e.g. "layers/functional/layers"
};

/// The naming that finds most parameters in the file, in their sizes, those of the backbone first; of equals
/// the plainest.
Naming choose_naming(const Graph& graph, const WeightFile& file);

/// PyTorch files: the graph's own names (torchvision's; ConvNeXt's are timm's), or another published scheme.
std::vector<Naming> torch_namings(const Graph& graph, const WeightFile& file);

/// Keras files: by the layers' names; by order, as Keras itself loads .h5 files (layers without a name of
/// their own are numbered differently in every session); by the paths of Keras 3's .weights.h5.
std::vector<Naming> keras_namings(const Graph& graph, const WeightFile& file);

/// The layer of a path in Keras 3's files: "layers/conv2d_3/vars/0" below "layers" → "conv2d_3"; "" for a
/// path that is not below the root.
std::string keras_group(const std::string& path, const std::string& root);

}  // namespace giemsa
