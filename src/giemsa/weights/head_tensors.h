#pragma once
#include <set>
#include <string>

#include "giemsa/weights/naming.h"

namespace giemsa {

/// Of the tensors of a file that found no place in the network, those that belong to some head.
class HeadTensors {
 public:
  HeadTensors(const Graph& graph, const WeightFile& file, const Naming& naming);
  bool operator()(const std::string& tensor) const;

 private:
  void enter_layers_behind(const Graph& graph, const WeightFile& file, const Naming& naming);
  void enter_groups(const Graph& graph, const Naming& naming);
  bool in_torch_head(const std::string& tensor) const;

  std::string head_scope_, published_head_scope_, root_;
  bool keras_, by_path_;
  std::set<std::string> behind_;  ///< Keras' layers in order: the tensors behind the backbone's last
  std::set<std::string> groups_;  ///< Keras 3: the layers of the backbone
};

}  // namespace giemsa
