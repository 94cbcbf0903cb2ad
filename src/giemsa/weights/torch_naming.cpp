// Published names of PyTorch weights, turned into giemsa's, which are torchvision's and for ConvNeXt timm's.
// A scheme is listed only where its networks compute the same: timm's MobileNetV3 has another epsilon, its
// tf_… networks have another padding.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "giemsa/core/text.h"
#include "giemsa/weights/naming.h"

namespace giemsa {

namespace {

using Words = std::vector<std::string>;  // a name at its dots

std::optional<int> number(const std::string& word) {
  const bool digits = !word.empty() && word.size() < 4 &&
                      std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::optional(std::stoi(word)) : std::nullopt;
}

/// The words from `first` on, joined again.
std::string rest(const Words& words, std::size_t first) {
  return join(std::span(words).subspan(std::min(first, words.size())), ".");
}

/// The partner of a word in a list of pairs.
template <std::size_t N>
std::optional<std::string> partner(const std::pair<const char*, const char*> (&pairs)[N],
                                   const std::string& word) {
  for (const auto& [from, to] : pairs) {
    if (word == from) return to;
  }
  return std::nullopt;
}

/// torchvision's ConvNeXt: features.{0…7}, classifier.{0, 2}.
std::optional<std::string> convnext_of_torchvision(const Words& w) {
  constexpr std::pair<const char*, const char*> kBlock[] = {
      {"0", "conv_dw"}, {"2", "norm"}, {"3", "mlp.fc1"}, {"5", "mlp.fc2"}};
  constexpr std::pair<const char*, const char*> kHead[] = {{"0", "head.norm"}, {"2", "head.fc"}};
  if (w.size() < 3) return std::nullopt;
  if (w[0] == "classifier") {
    const auto layer = partner(kHead, w[1]);
    return layer ? std::optional(*layer + "." + rest(w, 2)) : std::nullopt;
  }
  const auto group = number(w[1]);
  if (w[0] != "features" || !group) return std::nullopt;
  if (*group == 0) return "stem." + rest(w, 2);
  if (*group % 2 == 0) return fmt::format("stages.{}.downsample.{}", *group / 2, rest(w, 2));
  const std::string block = fmt::format("stages.{}.blocks.{}.", *group / 2, w[2]);
  if (w.size() == 4 && w[3] == "layer_scale") return block + "gamma";
  if (w.size() != 6 || w[3] != "block") return std::nullopt;
  const auto layer = partner(kBlock, w[4]);
  return layer ? std::optional(block + *layer + "." + w[5]) : std::nullopt;
}

/// The authors' own ConvNeXt files: downsample_layers.{0…3}, stages.i.j.{dwconv, norm, pwconv1, pwconv2,
/// gamma}.
std::optional<std::string> convnext_of_its_authors(const Words& w) {
  constexpr std::pair<const char*, const char*> kBlock[] = {
      {"dwconv", "conv_dw"}, {"norm", "norm"}, {"pwconv1", "mlp.fc1"}, {"pwconv2", "mlp.fc2"}};
  if (w.size() == 2 && w[0] == "norm") return "head.norm." + w[1];
  if (w.size() == 2 && w[0] == "head") return "head.fc." + w[1];
  if (w.size() == 4 && w[0] == "downsample_layers") {
    return w[1] == "0" ? "stem." + rest(w, 2) : fmt::format("stages.{}.downsample.{}", w[1], rest(w, 2));
  }
  if (w.size() < 4 || w[0] != "stages") return std::nullopt;
  const std::string block = fmt::format("stages.{}.blocks.{}.", w[1], w[2]);
  if (w.size() == 4 && w[3] == "gamma") return block + "gamma";
  const auto layer = partner(kBlock, w[3]);
  return layer && w.size() == 5 ? std::optional(block + *layer + "." + w[4]) : std::nullopt;
}

/// Files of torchvision's DenseNet from before PyTorch 0.4: "denselayer1.norm.1.weight" for
/// "denselayer1.norm1.weight".
std::optional<std::string> old_densenet(const Words& w) {
  Words joined;
  for (const std::string& word : w) {
    const bool after_part = !joined.empty() && (joined.back() == "norm" || joined.back() == "conv");
    if (after_part && (word == "1" || word == "2")) {
      joined.back() += word;
    } else {
      joined.push_back(word);
    }
  }
  return rest(joined, 0);
}

/// timm's VGG has its dense layers as convolutions.
std::optional<std::string> vgg_of_timm(const Words& w) {
  constexpr std::pair<const char*, const char*> kHead[] = {
      {"pre_logits.fc1", "classifier.0"}, {"pre_logits.fc2", "classifier.3"}, {"head.fc", "classifier.6"}};
  if (w.size() == 3 && w[0] == "features") return rest(w, 0);
  if (w.size() != 3) return std::nullopt;
  const auto layer = partner(kHead, w[0] + "." + w[1]);
  return layer ? std::optional(*layer + "." + w[2]) : std::nullopt;
}

/// timm's "blocks.S.B": how many blocks come before it, and whether it begins with an expansion.
class Blocks {
 public:
  explicit Blocks(const WeightFile& file) {
    for (const auto& [name, tensor] : file.tensors) {
      const Words w = split_text(name, '.');
      if (w.size() < 5 || w[0] != "blocks") continue;
      const auto stage = number(w[1]), block = number(w[2]);
      if (!stage || !block) continue;
      all_.insert({*stage, *block});
      if (w[3] == "conv_pwl") expanded_.insert({*stage, *block});
    }
  }
  bool expands(int stage, int block) const { return expanded_.contains({stage, block}); }
  int before(int stage, int block) const {
    return static_cast<int>(std::distance(all_.begin(), all_.lower_bound({stage, block})));
  }
  int stages() const { return all_.empty() ? 0 : all_.rbegin()->first + 1; }
  int count() const { return static_cast<int>(all_.size()); }

 private:
  std::set<std::pair<int, int>> all_, expanded_;
};

/// The layers of timm's inverted residual as (number of the part, number within the part); an SE block is
/// part of its own. Blocks without an expansion begin with the depthwise convolution.
struct Place {
  int part, layer;
};
std::optional<Place> place_in_block(const std::string& layer, bool expands, bool has_se) {
  const int depthwise = expands ? 1 : 0, project = depthwise + (has_se ? 2 : 1);
  if (expands && layer == "conv_pw") return Place{0, 0};
  if (expands && layer == "bn1") return Place{0, 1};
  if (layer == "conv_dw") return Place{depthwise, 0};
  if (layer == (expands ? "bn2" : "bn1")) return Place{depthwise, 1};
  if (layer == (expands ? "conv_pwl" : "conv_pw")) return Place{project, 0};
  if (layer == (expands ? "bn3" : "bn2")) return Place{project, 1};
  return std::nullopt;
}

/// What timm's MobileNetV2 and EfficientNet share outside their blocks. last: the group of the last
/// convolution.
std::optional<std::string> stem_or_head_of_timm(const Words& w, int last) {
  const std::pair<const char*, std::string> kLayers[] = {{"conv_stem", "features.0.0"},
                                                         {"bn1", "features.0.1"},
                                                         {"conv_head", fmt::format("features.{}.0", last)},
                                                         {"bn2", fmt::format("features.{}.1", last)},
                                                         {"classifier", "classifier.1"}};
  for (const auto& [from, to] : kLayers) {
    if (w.size() == 2 && w[0] == from) return to + "." + w[1];
  }
  return std::nullopt;
}

std::optional<std::string> mobilenet_v2_of_timm(const Words& w, const Blocks& blocks) {
  if (w[0] != "blocks") return stem_or_head_of_timm(w, blocks.count() + 1);
  if (w.size() != 5 || !number(w[1]) || !number(w[2])) return std::nullopt;
  const int stage = *number(w[1]), block = *number(w[2]);
  const auto place = place_in_block(w[3], blocks.expands(stage, block), false);
  if (!place) return std::nullopt;
  // The last part, the projection, is not a group of its own in torchvision's MobileNetV2.
  const int project = blocks.expands(stage, block) ? 2 : 1;
  const std::string layer = place->part == project ? std::to_string(project + place->layer)
                                                   : fmt::format("{}.{}", place->part, place->layer);
  return fmt::format("features.{}.conv.{}.{}", blocks.before(stage, block) + 1, layer, w[4]);
}

std::optional<std::string> efficientnet_of_timm(const Words& w, const Blocks& blocks) {
  constexpr std::pair<const char*, const char*> kSqueeze[] = {{"conv_reduce", "fc1"}, {"conv_expand", "fc2"}};
  if (w[0] != "blocks") return stem_or_head_of_timm(w, blocks.stages() + 1);
  if (w.size() < 5 || !number(w[1]) || !number(w[2])) return std::nullopt;
  const int stage = *number(w[1]), block = *number(w[2]);
  const bool expands = blocks.expands(stage, block);
  const std::string prefix = fmt::format("features.{}.{}.block.", stage + 1, block);
  if (w.size() == 6 && w[3] == "se") {
    const auto layer = partner(kSqueeze, w[4]);
    return layer ? std::optional(fmt::format("{}{}.{}.{}", prefix, expands ? 2 : 1, *layer, w[5]))
                 : std::nullopt;
  }
  const auto place = place_in_block(w[3], expands, true);
  if (!place) return std::nullopt;
  return fmt::format("{}{}.{}.{}", prefix, place->part, place->layer, w[4]);
}

/// The naming that turns the file's names by `turn`.
Naming turned(const char* scheme, const Graph& graph, const WeightFile& file,
              const std::function<std::optional<std::string>(const Words&)>& turn) {
  Naming naming{scheme, false, {}};
  std::set<std::string_view> known;
  for (const Param& param : graph.params) known.insert(param.name);
  for (const auto& [name, tensor] : file.tensors) {
    const auto ours = turn(split_text(name, '.'));
    if (ours && known.contains(*ours)) naming.tensors[*ours] = name;
  }
  return naming;
}

}  // namespace

std::vector<Naming> torch_namings(const Graph& graph, const WeightFile& file) {
  const Blocks blocks(file);
  const auto same = [](const Words& w) { return std::optional(rest(w, 0)); };
  const auto mobilenet_v2 = [&](const Words& w) { return mobilenet_v2_of_timm(w, blocks); };
  const auto efficientnet = [&](const Words& w) { return efficientnet_of_timm(w, blocks); };
  return {turned("PyTorch", graph, file, same),
          turned("torchvision", graph, file, convnext_of_torchvision),
          turned("the authors'", graph, file, convnext_of_its_authors),
          turned("old torchvision", graph, file, old_densenet),
          turned("timm (VGG)", graph, file, vgg_of_timm),
          turned("timm (MobileNetV2)", graph, file, mobilenet_v2),
          turned("timm (EfficientNet)", graph, file, efficientnet)};
}

}  // namespace giemsa
