#pragma once
#include <map>
#include <string>
#include <vector>

#include "giemsa/weights/weight_file.h"

namespace giemsa {

/// One guess at how a file names the parameters of a network.
struct Naming {
  std::string scheme;  ///< "PyTorch", "timm", "Keras", "Keras, by order", "Keras 3", …
  bool keras = false;  ///< values lie in Keras' layout
  std::map<std::string, std::string> tensors;  ///< parameter → tensor of the file; only those that are there
};

/// The naming that finds most parameters in the file, in their sizes, those of the backbone first; of equals
/// the plainest.
Naming choose_naming(const Graph& graph, const WeightFile& file);

/// PyTorch files: the graph's own names (torchvision's; ConvNeXt's are timm's), or another published scheme.
std::vector<Naming> torch_namings(const Graph& graph, const WeightFile& file);

/// Keras files: by the layers' names; by order, as Keras itself loads .h5 files (layers without a name of
/// their own are numbered differently in every session); by the paths of Keras 3's .weights.h5.
std::vector<Naming> keras_namings(const Graph& graph, const WeightFile& file);

}  // namespace giemsa
