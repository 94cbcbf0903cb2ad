#include "giemsa/graph/freeze.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/graph/layer_table.h"

namespace giemsa {

namespace {

/// A word of a plan for types of the layer table, in PyTorch's and in Keras' terms.
struct Kind {
  std::string_view word;
  std::array<std::string_view, 2> types;
};
constexpr Kind kKinds[] = {
    {"conv", {"Conv", "Conv2D"}},
    {"depthwise", {"DepthwiseConv", "DepthwiseConv2D"}},
    {"separable", {"SeparableConv2D", "SeparableConv2D"}},
    {"dense", {"Linear", "Dense"}},
    {"batchnorm", {"BatchNorm", "BatchNormalization"}},
    {"layernorm", {"LayerNorm", "LayerNormalization"}},
};

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

class Planner {
 public:
  explicit Planner(const Graph& graph)
      : graph_(graph), table_(layer_table(graph)), frozen_(graph.nodes.size()) {}

  std::vector<char> run(const std::string& plan) {
    for (const std::string& text : split_text(plan, ',')) rule(trimmed(text));
    for (std::size_t id = 0; id < frozen_.size(); ++id) {
      if (static_cast<NodeId>(id) > graph_.features) frozen_[id] = 0;
    }
    return std::move(frozen_);
  }

 private:
  void rule(const std::string& text) {
    rule_ = text;
    const std::size_t space = text.find(' ');
    const std::string word = text.substr(0, space);
    const std::string what = space == std::string::npos ? "" : trimmed(text.substr(space));
    if (text == "none") return;
    if (text == "backbone") return freeze_up_to(graph_.features);
    if (text == "batchnorm") return freeze_norms();
    if (word == "first") return freeze_first(number(what));
    if (word == "before") return freeze_first(first_named(without_spaces(what)));
    if (word == "layers") return freeze_named(without_spaces(what));
    if (word == "only") return freeze_all_but(split_text(what, '+'));
    const std::vector<std::string> rules = {"none",   "backbone", "first",    "before",
                                            "layers", "only",     "batchnorm"};
    fault("unknown rule", suggest(word, rules));
  }

  [[noreturn]] void fault(const std::string& what, const std::string& hint) const {
    throw Error(ErrorKind::Usage, fmt::format("[freeze] '{}': {}", rule_, what), hint);
  }

  void freeze(const LayerRow& row) {
    for (const NodeId node : row.nodes) frozen_[node] = 1;
  }
  void freeze_up_to(NodeId last) { std::fill_n(frozen_.begin(), last + 1, 1); }

  void freeze_first(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) freeze(table_.rows[i]);
  }

  void freeze_norms() {
    for (std::size_t id = 0; id < frozen_.size(); ++id) {
      if (std::holds_alternative<BatchNormOp>(graph_.nodes[id].op)) frozen_[id] = 1;
    }
  }

  std::size_t number(const std::string& text) const {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
      fault("a whole number is wanted", "e.g. first 150");
    if (count > table_.rows.size())
      fault(fmt::format("the network has {} layers", table_.rows.size()),
            "`giemsa models show NAME` lists them");
    return count;
  }

  /// "block1" means "block1a_conv" and not "block10": digits must not go on.
  static bool begins(const std::string& name, const std::string& with) {
    return !with.empty() && name.starts_with(with) &&
           (name.size() == with.size() || !(is_digit(with.back()) && is_digit(name[with.size()])));
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::size_t first_named(const std::string& name) const {
    const auto row =
        std::ranges::find_if(table_.rows, [&](const LayerRow& r) { return begins(r.name, name); });
    if (row == table_.rows.end()) no_such_layer(name);
    return static_cast<std::size_t>(row - table_.rows.begin());
  }

  void freeze_named(const std::string& name) {
    first_named(name);  // there must be one
    for (const LayerRow& row : table_.rows) {
      if (begins(row.name, name)) freeze(row);
    }
  }

  [[noreturn]] void no_such_layer(const std::string& name) const {
    std::vector<std::string> names;
    for (const LayerRow& row : table_.rows) names.push_back(row.name);
    fault(fmt::format("no layer's name begins with '{}'", name), suggest(name, names));
  }

  void freeze_all_but(const std::vector<std::string>& kinds) {
    std::vector<std::string_view> kept;
    for (const std::string& kind : kinds) add_types(trimmed(kind), kept);
    for (const LayerRow& row : table_.rows) {
      const bool has_params =
          std::ranges::any_of(row.nodes, [&](NodeId id) { return !graph_.nodes[id].params.empty(); });
      if (has_params && !std::ranges::count(kept, row.type)) freeze(row);
    }
  }

  void add_types(const std::string& kind, std::vector<std::string_view>& types) const {
    for (const Kind& known : kKinds) {
      if (known.word == kind) return void(types.insert(types.end(), known.types.begin(), known.types.end()));
    }
    for (const LayerRow& row : table_.rows) {
      if (row.type == kind) return types.push_back(row.type);
    }
    std::vector<std::string> words;
    for (const Kind& known : kKinds) words.emplace_back(known.word);
    fault(fmt::format("there is no kind '{}'", kind), suggest(kind, words));
  }

  const Graph& graph_;
  LayerTable table_;
  std::vector<char> frozen_;
  std::string rule_;
};

}  // namespace

std::vector<char> frozen_nodes(const Graph& graph, const std::string& plan) {
  return Planner(graph).run(plan);
}

}  // namespace giemsa
