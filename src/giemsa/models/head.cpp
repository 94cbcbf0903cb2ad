#include "giemsa/models/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/models/glorot.h"

namespace giemsa {

namespace {

constexpr std::array<std::string_view, 4> kKinds{"own", "linear", "axon", "dl_bois"};
constexpr BatchNormOptions kKerasNorm{.epsilon = 1e-3f};  // both reports were written in Keras

/// Gates each channel by what all of them say: x · sigmoid(W2 · relu(W1 · mean(x))).
Value squeeze_and_excitation(GraphBuilder& g, Value x, std::int64_t reduction) {
  auto scope = g.scope("se");
  Value gates = g.global_avg_pool("pool", x);
  gates = glorot_dense(g, "reduce", gates, std::max<std::int64_t>(1, x.channels() / reduction));
  gates = g.activation("relu", gates, Activation::Relu);
  gates = glorot_dense(g, "expand", gates, x.channels());
  gates = g.activation("sigmoid", gates, Activation::Sigmoid);
  return g.mul("gate", x, gates);
}

Value axon_block(GraphBuilder& g, int number, Value x, std::int64_t units, const ModelOptions& options) {
  auto scope = g.scope(number);
  x = glorot_dense(g, "fc", x, units);
  x = g.batch_norm("bn", x, kKerasNorm);
  x = g.leaky_relu("act", x, static_cast<float>(options.head.slope));
  return g.dropout("drop", x, options.dropout);
}

Value linear_head(GraphBuilder& g, Value x, const ModelOptions& options) {
  x = g.dropout("drop", g.global_avg_pool("pool", x), options.dropout);
  return g.linear("fc", x, options.classes);
}

Value axon_head(GraphBuilder& g, Value x, const ModelOptions& options) {
  x = g.batch_norm("bn", g.global_avg_pool("pool", x), kKerasNorm);
  x = g.global_avg_pool("pool2", squeeze_and_excitation(g, x, options.head.reduction));
  x = axon_block(g, 1, x, options.head.units, options);
  x = axon_block(g, 2, x, std::max<std::int64_t>(1, options.head.units / 2), options);
  return glorot_dense(g, "fc", x, options.classes);
}

Value dl_bois_head(GraphBuilder& g, Value x, const ModelOptions& options) {
  x = glorot_dense(g, "fc1", g.global_avg_pool("pool", x), options.head.units, options.head.l2);
  x = g.activation("relu", x, Activation::Relu);
  x = g.dropout("drop", x, options.dropout);
  return glorot_dense(g, "fc2", x, options.classes, options.head.l2);
}

Value chosen_head(GraphBuilder& g, Value features, const ModelOptions& options) {
  const std::string& kind = options.head.kind;
  if (kind == "linear") return linear_head(g, features, options);
  if (kind == "axon") return axon_head(g, features, options);
  if (kind == "dl_bois") return dl_bois_head(g, features, options);
  throw Error(ErrorKind::Usage, fmt::format("[models] there is no head '{}'", kind),
              suggest(kind, std::vector<std::string>(kKinds.begin(), kKinds.end())));
}

}  // namespace

std::span<const std::string_view> head_kinds() { return kKinds; }

Graph finish_with_head(GraphBuilder& g, Value features, const ModelOptions& options,
                       std::string_view own_scope, const std::function<Value(Value)>& own) {
  const std::string published(own_scope);
  if (options.head.kind == "own") return g.finish(features, own(features), published, published);
  const Value logits = [&] {
    auto scope = g.scope("head");
    return chosen_head(g, features, options);
  }();
  return g.finish(features, logits, "head", published);
}

}  // namespace giemsa
