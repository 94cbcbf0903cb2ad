#include "giemsa/graph/keras_layers.h"

#include <algorithm>
#include <tuple>

namespace giemsa {

namespace {

/// A layer of Keras' list, or an operation of the graph that stands in none.
struct Element {
  const KerasLayer* layer;
  std::vector<int> inputs;
  int depth = 0;  ///< the longest way to the output
  int met = -1;   ///< when the walk from the output first comes by
};

/// Nodes with several Keras layers become a chain; those inside a later layer vanish.
std::vector<Element> elements_of(const Graph& graph, int& output) {
  std::vector<Element> elements;
  std::vector<int> last(graph.nodes.size());  // by node: the element that gives its value
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    const Node& node = graph.nodes[id];
    if (node.keras_layers.empty() && !node.keras_name.empty()) {
      last[id] = last[node.inputs[0]];
      continue;
    }
    std::vector<int> inputs;
    for (const NodeId input : node.inputs) inputs.push_back(last[input]);
    if (node.keras_layers.empty()) {
      elements.push_back({nullptr, std::move(inputs)});
    } else {
      for (const KerasLayer& layer : node.keras_layers) {
        elements.push_back({&layer, std::move(inputs)});
        inputs = {static_cast<int>(elements.size()) - 1};
      }
    }
    last[id] = static_cast<int>(elements.size()) - 1;
  }
  output = last[graph.output];
  return elements;
}

void walk(std::vector<Element>& elements, int element, int& count) {
  if (elements[element].met >= 0) return;
  elements[element].met = count++;
  for (const int input : elements[element].inputs) walk(elements, input, count);
}

}  // namespace

std::vector<KerasLayer> keras_layers(const Graph& graph) {
  int output = 0, count = 0;
  std::vector<Element> elements = elements_of(graph, output);
  for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
    for (const int input : element->inputs) {
      elements[input].depth = std::max(elements[input].depth, element->depth + 1);
    }
  }
  walk(elements, output, count);
  std::stable_sort(elements.begin(), elements.end(), [](const Element& a, const Element& b) {
    return std::tuple(-a.depth, a.met) < std::tuple(-b.depth, b.met);
  });
  std::vector<KerasLayer> layers;
  for (const Element& element : elements) {
    if (element.layer) layers.push_back(*element.layer);
  }
  return layers;
}

}  // namespace giemsa
