#include "giemsa/train/optimizer_depth.h"

#include <algorithm>
#include <map>

#include "giemsa/core/text.h"

namespace giemsa {

namespace {

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "features.1.0.block.2" with one shared scope → "1.0".
std::string block_name(const std::vector<std::string>& scopes, std::size_t shared) {
  std::string name = scopes[shared];
  for (std::size_t i = shared + 1; i < scopes.size() && (is_number(scopes[i]) || scopes[i] == "blocks");
       ++i) {
    if (std::all_of(scopes.begin() + i, scopes.end(), is_number)) break;  // they end the node's name
    name += "." + scopes[i];
  }
  return name;
}

}  // namespace

std::vector<int> depths_from_output(const Graph& graph) {
  std::map<int, std::vector<std::string>> scopes;  // of the backbone's nodes with parameters, in order
  std::map<int, bool> has_kernel;
  for (const Param& param : graph.params) {
    if (graph.in_head(param.name)) continue;
    scopes[param.node] = split_text(graph.nodes[param.node].name, '.');
    has_kernel[param.node] |= param.kind == ParamKind::Weight;
  }
  const auto shares_first = [&](const auto& entry) {
    return entry.second.size() > 1 && entry.second.front() == scopes.begin()->second.front();
  };
  const std::size_t shared = std::all_of(scopes.begin(), scopes.end(), shares_first) ? 1 : 0;

  std::map<std::string, bool> block_has_kernel;
  for (const auto& [node, parts] : scopes) block_has_kernel[block_name(parts, shared)] |= has_kernel[node];
  std::map<std::string, int> number;
  std::map<int, int> block_of_node;
  int blocks = 0;
  for (const auto& [node, parts] : scopes) {
    const std::string name = block_name(parts, shared);
    if (!number.contains(name)) number[name] = block_has_kernel[name] || blocks == 0 ? blocks++ : blocks - 1;
    block_of_node[node] = number[name];
  }
  std::vector<int> depths;
  for (const Param& param : graph.params) {
    const auto block = block_of_node.find(param.node);
    depths.push_back(block == block_of_node.end() ? 0 : blocks - block->second);
  }
  return depths;
}

}  // namespace giemsa
