// Files under other names than giemsa's own: what PyTorch's libraries and Keras write.

#include "giemsa/weights/naming.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "giemsa/graph/builder.h"
#include "giemsa/graph/keras_layers.h"
#include "giemsa/models/registry.h"
#include "giemsa/weights/import.h"
#include "giemsa/weights/keras_layout.h"
#include "giemsa/weights/state_dict.h"
#include "infer/keras_golden.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// A file that holds the network's parameters under other names; each tensor is filled with its parameter's
/// number.
struct Renamed {
  Graph graph;
  WeightFile file;

  explicit Renamed(const char* network, std::int64_t classes = 1000)
      : graph(build_model(network, {.classes = classes})) {}
  void add(const std::string& tensor, const std::string& param) {
    for (std::size_t p = 0; p < graph.params.size(); ++p) {
      if (graph.params[p].name != param) continue;
      file.tensors[tensor] = HostTensor::make(graph.params[p].shape, [&](std::span<float> values) {
        std::fill(values.begin(), values.end(), static_cast<float>(p));
      });
      file.order.push_back(tensor);
      return;
    }
    ADD_FAILURE() << "no parameter " << param;
  }
  /// A layer's weight and bias, and with statistics those too.
  void add_layer(const std::string& layer, const std::string& ours, bool bias, bool statistics = false) {
    add(layer + ".weight", ours + ".weight");
    if (bias) add(layer + ".bias", ours + ".bias");
    if (statistics) {
      add(layer + ".running_mean", ours + ".running_mean");
      add(layer + ".running_var", ours + ".running_var");
    }
  }
  void add_norm(const std::string& layer, const std::string& ours) { add_layer(layer, ours, true, true); }

  /// Every parameter must come from the tensor that was made for it.
  void expect_all(const char* scheme) const {
    const Import import = import_weights(graph, file, 1, "file");
    EXPECT_EQ(import.report.layout, scheme);
    EXPECT_THAT(import.report.missing, IsEmpty());
    EXPECT_THAT(import.report.left_over, IsEmpty());
    for (std::size_t p = 0; p < graph.params.size(); ++p) {
      EXPECT_EQ(import.weights.at(graph.params[p].name).values()[0], static_cast<float>(p))
          << graph.params[p].name;
    }
  }
};

TEST(Naming, ConvNextOfTorchvision) {
  Renamed net("convnext_tiny");
  net.add_layer("features.0.0", "stem.0", true);
  net.add_layer("features.0.1", "stem.1", true);
  const int depths[] = {3, 3, 9, 3};
  for (int s = 0; s < 4; ++s) {
    for (int k : {0, 1}) {
      if (s > 0)
        net.add_layer(fmt::format("features.{}.{}", 2 * s, k), fmt::format("stages.{}.downsample.{}", s, k),
                      true);
    }
    for (int b = 0; b < depths[s]; ++b) {
      const std::string theirs = fmt::format("features.{}.{}.", 2 * s + 1, b),
                        ours = fmt::format("stages.{}.blocks.{}.", s, b);
      net.add(theirs + "layer_scale", ours + "gamma");
      net.file.tensors[theirs + "layer_scale"].shape = {96 << s, 1, 1};
      net.add_layer(theirs + "block.0", ours + "conv_dw", true);
      net.add_layer(theirs + "block.2", ours + "norm", true);
      net.add_layer(theirs + "block.3", ours + "mlp.fc1", true);
      net.add_layer(theirs + "block.5", ours + "mlp.fc2", true);
    }
  }
  net.add_layer("classifier.0", "head.norm", true);
  net.add_layer("classifier.2", "head.fc", true);
  net.expect_all("torchvision");
}

TEST(Naming, ConvNextOfItsAuthors) {
  Renamed net("convnext_atto");
  net.add_layer("downsample_layers.0.0", "stem.0", true);
  net.add_layer("downsample_layers.0.1", "stem.1", true);
  const int depths[] = {2, 2, 6, 2};
  for (int s = 0; s < 4; ++s) {
    for (int k : {0, 1}) {
      if (s > 0)
        net.add_layer(fmt::format("downsample_layers.{}.{}", s, k),
                      fmt::format("stages.{}.downsample.{}", s, k), true);
    }
    for (int b = 0; b < depths[s]; ++b) {
      const std::string theirs = fmt::format("stages.{}.{}.", s, b),
                        ours = fmt::format("stages.{}.blocks.{}.", s, b);
      net.add(theirs + "gamma", ours + "gamma");
      net.add_layer(theirs + "dwconv", ours + "conv_dw", true);
      net.add_layer(theirs + "norm", ours + "norm", true);
      net.add_layer(theirs + "pwconv1", ours + "mlp.fc1", true);
      net.add_layer(theirs + "pwconv2", ours + "mlp.fc2", true);
    }
  }
  net.add_layer("norm", "head.norm", true);
  net.add_layer("head", "head.fc", true);
  net.expect_all("the authors'");
}

TEST(Naming, VggOfTimm) {
  Renamed net("vgg16");
  for (const int layer : {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28}) {
    net.add_layer(fmt::format("features.{}", layer), fmt::format("features.{}", layer), true);
  }
  net.add_layer("pre_logits.fc1", "classifier.0", true);
  net.file.tensors["pre_logits.fc1.weight"].shape = {4096, 512, 7, 7};
  net.add_layer("pre_logits.fc2", "classifier.3", true);
  net.file.tensors["pre_logits.fc2.weight"].shape = {4096, 4096, 1, 1};
  net.add_layer("head.fc", "classifier.6", true);
  net.expect_all("timm (VGG)");
}

TEST(Naming, DenseNetFromBeforePyTorch04) {
  Renamed net("densenet121");
  int old_names = 0;
  for (const Param& param : net.graph.params) {
    std::string theirs = param.name;  // features.denseblock1.denselayer1.norm1.weight
    for (const char* part : {"norm1.", "conv1.", "norm2.", "conv2."}) {
      const std::size_t at = theirs.find(part);
      if (at == std::string::npos || theirs.find("denselayer") == std::string::npos) continue;
      theirs = fmt::format("{}.{}", theirs.substr(0, at + 4), theirs.substr(at + 4));
      ++old_names;
    }
    net.add(theirs, param.name);
  }
  EXPECT_EQ(old_names, 58 * 10) << "ten tensors of each of the 6 + 12 + 24 + 16 layers";
  net.expect_all("old torchvision");
}

TEST(Naming, MobileNetV2OfTimm) {
  Renamed net("mobilenet_v2");
  net.add_layer("conv_stem", "features.0.0", false);
  net.add_norm("bn1", "features.0.1");
  const int repeats[] = {1, 2, 3, 4, 3, 3, 1};
  int feature = 1;
  for (int s = 0; s < 7; ++s) {
    for (int b = 0; b < repeats[s]; ++b, ++feature) {
      const std::string theirs = fmt::format("blocks.{}.{}.", s, b),
                        ours = fmt::format("features.{}.conv.", feature);
      if (s == 0) {
        net.add_layer(theirs + "conv_dw", ours + "0.0", false);
        net.add_norm(theirs + "bn1", ours + "0.1");
        net.add_layer(theirs + "conv_pw", ours + "1", false);
        net.add_norm(theirs + "bn2", ours + "2");
      } else {
        net.add_layer(theirs + "conv_pw", ours + "0.0", false);
        net.add_norm(theirs + "bn1", ours + "0.1");
        net.add_layer(theirs + "conv_dw", ours + "1.0", false);
        net.add_norm(theirs + "bn2", ours + "1.1");
        net.add_layer(theirs + "conv_pwl", ours + "2", false);
        net.add_norm(theirs + "bn3", ours + "3");
      }
    }
  }
  net.add_layer("conv_head", "features.18.0", false);
  net.add_norm("bn2", "features.18.1");
  net.add_layer("classifier", "classifier.1", true);
  net.expect_all("timm (MobileNetV2)");
}

TEST(Naming, EfficientNetOfTimm) {
  Renamed net("efficientnet_b0");
  net.add_layer("conv_stem", "features.0.0", false);
  net.add_norm("bn1", "features.0.1");
  const int repeats[] = {1, 2, 2, 3, 3, 4, 1};
  for (int s = 0; s < 7; ++s) {
    for (int b = 0; b < repeats[s]; ++b) {
      const std::string theirs = fmt::format("blocks.{}.{}.", s, b),
                        ours = fmt::format("features.{}.{}.block.", s + 1, b);
      const int dw = s == 0 ? 0 : 1;
      if (s > 0) {
        net.add_layer(theirs + "conv_pw", ours + "0.0", false);
        net.add_norm(theirs + "bn1", ours + "0.1");
      }
      net.add_layer(theirs + "conv_dw", fmt::format("{}{}.0", ours, dw), false);
      net.add_norm(theirs + (s == 0 ? "bn1" : "bn2"), fmt::format("{}{}.1", ours, dw));
      net.add_layer(theirs + "se.conv_reduce", fmt::format("{}{}.fc1", ours, dw + 1), true);
      net.add_layer(theirs + "se.conv_expand", fmt::format("{}{}.fc2", ours, dw + 1), true);
      net.add_layer(theirs + (s == 0 ? "conv_pw" : "conv_pwl"), fmt::format("{}{}.0", ours, dw + 2), false);
      net.add_norm(theirs + (s == 0 ? "bn2" : "bn3"), fmt::format("{}{}.1", ours, dw + 2));
    }
  }
  net.add_layer("conv_head", "features.8.0", false);
  net.add_norm("bn2", "features.8.1");
  net.add_layer("classifier", "classifier.1", true);
  net.expect_all("timm (EfficientNet)");
  EXPECT_THAT(match_weights(net.graph, net.file, "weights/tf_efficientnet_b0.safetensors").refusal.what,
              ::testing::HasSubstr("timm's tf_ networks"));
}

TEST(Naming, AnAuxiliaryClassifierIsLeftOver) {
  Renamed net("inception_v3", 8);
  for (const Param& param : net.graph.params) net.add(param.name, param.name);
  net.file.tensors["AuxLogits.conv0.conv.weight"] = net.file.tensors["fc.bias"];
  EXPECT_THAT(import_weights(net.graph, net.file, 1, "file").report.left_over,
              ElementsAre("AuxLogits.conv0.conv.weight 8"));
}

TEST(Naming, HeadsOfTheFileAreLeftOverWhereTheNetworkHasAnother) {
  const Graph graph = build_model("mobilenet_v2", {.classes = 8, .head = {.kind = "axon"}});
  WeightFile file;
  for (const Param& param : build_model("mobilenet_v2", {.classes = 1000}).params) {
    file.tensors[param.name] = initial_values(param, 3);
  }
  const ImportReport report = match_weights(graph, file, "file");
  EXPECT_THAT(report.left_over,
              UnorderedElementsAre("classifier.1.weight 1000×1280", "classifier.1.bias 1000"));
  EXPECT_EQ(report.mapped.size(), 260u);
}

/// Keras' own lists of layers and weights, and a way to write the same weights under other names.
class KerasFile : public ::testing::TestWithParam<testing::KerasCase> {
 protected:
  /// name: (layer, class, number of the weight in its layer) → the file's name for it.
  using Rename = std::function<std::string(const std::string&, const std::string&, std::size_t)>;

  static WeightFile write(const std::string& format, const Rename& rename) {
    const CsvTable csv = CsvTable::read(testing::shared_data(testing::keras_layers_file(GetParam())));
    const StateDict named = testing::keras_weights(GetParam(), testing::keras_figures(GetParam(), 96));
    WeightFile file{.format = format};
    for (const auto& row : csv.rows()) {
      if (row[csv.column("weights")].empty()) continue;
      std::size_t number = 0;
      for (const std::string& listed : split_text(row[csv.column("weights")], ';')) {
        const std::string tensor = listed.substr(0, listed.rfind(':'));
        const std::string name = rename(row[csv.column("name")], row[csv.column("class")], number++);
        file.order.push_back(tensor.ends_with("/count") ? name + "/count" : name);
        file.tensors[file.order.back()] = tensor.ends_with("/count")
                                              ? HostTensor::make({}, [](std::span<float> v) { v[0] = 0; })
                                              : named.at(tensor);
      }
    }
    return file;
  }

  /// The weights that come from the file's layers under their names in Keras, backbone alone.
  static void expect_same_as_by_name(const WeightFile& file, const char* scheme) {
    const Graph graph = build_model(GetParam().network, {.classes = 8, .head = {.kind = "linear"}});
    const WeightFile named{.tensors =
                               testing::keras_weights(GetParam(), testing::keras_figures(GetParam(), 96))};
    const Import expected = import_weights(graph, named, 1, "by name"),
                 got = import_weights(graph, file, 1, "file");
    EXPECT_EQ(expected.report.layout, "Keras");
    EXPECT_EQ(got.report.layout, scheme);
    EXPECT_EQ(got.report.mapped.size(), expected.report.mapped.size());
    for (const Param& param : graph.params) {
      EXPECT_TRUE(
          std::ranges::equal(got.weights.at(param.name).values(), expected.weights.at(param.name).values()))
          << param.name;
    }
  }
};

TEST_P(KerasFile, GoesByItsOrderWhereLayersHaveNoNames) {
  GIEMSA_NEEDS_SHARED(testing::keras_layers_file(GetParam()));
  // As another session numbers them, going on from another network: half of the names exist in both, for
  // other layers.
  int number = 40;
  expect_same_as_by_name(write("Keras HDF5",
                               [&](const std::string&, const std::string&, std::size_t weight) {
                                 number += weight == 0;
                                 return fmt::format("conv2d_{}/{}", number, weight);
                               }),
                         "Keras, by order");
}

TEST_P(KerasFile, GoesByItsPathsInKeras3) {
  GIEMSA_NEEDS_SHARED(testing::keras_layers_file(GetParam()));
  const std::map<std::string, std::string> kGroups = {{"Conv2D", "conv2d"},
                                                      {"DepthwiseConv2D", "depthwise_conv2d"},
                                                      {"SeparableConv2D", "separable_conv2d"},
                                                      {"BatchNormalization", "batch_normalization"},
                                                      {"LayerNormalization", "layer_normalization"},
                                                      {"LayerScale", "layer_scale"},
                                                      {"Dense", "dense"},
                                                      {"Normalization", "normalization"}};
  if (std::string(GetParam().keras).starts_with("ConvNeXt")) return;  // Sequential: tested by hand below
  for (const std::string root : {"layers", "layers/functional/layers"}) {
    std::map<std::string, int> used;
    std::string group;
    WeightFile file =
        write("Keras 3 HDF5", [&](const std::string&, const std::string& type, std::size_t weight) {
          if (weight == 0) {
            const int number = used[type]++;
            group = number == 0 ? kGroups.at(type) : fmt::format("{}_{}", kGroups.at(type), number);
          }
          return fmt::format("{}/{}/vars/{}", root, group, weight);
        });
    // The heads of both reports behind it; Keras 3 writes its groups in the order of their names.
    const bool inside = root == "layers";
    for (const std::string& layer :
         {std::string("dense"), std::string("dense_1"),
          inside ? fmt::format("batch_normalization_{}", used["BatchNormalization"])
                 : std::string("batch_normalization")}) {
      const std::string tensor = fmt::format("layers/{}/vars/0", layer);
      file.tensors[tensor] = HostTensor::make({3}, [](std::span<float> v) { std::ranges::fill(v, 0.f); });
    }
    file.order.clear();
    for (const auto& [name, tensor] : file.tensors) file.order.push_back(name);
    expect_same_as_by_name(file, "Keras 3");
  }
}

std::vector<testing::KerasCase> small_cases() {
  std::vector<testing::KerasCase> cases;
  for (const testing::KerasCase& c : testing::keras_cases()) {
    const std::string name = c.keras;
    if (name != "ConvNeXtBase" && name != "ConvNeXtLarge" && name != "ConvNeXtXLarge") cases.push_back(c);
  }
  return cases;
}
INSTANTIATE_TEST_SUITE_P(Naming, KerasFile, ::testing::ValuesIn(small_cases()),
                         [](const auto& test) { return std::string(test.param.keras); });

TEST(Naming, AFileOfConvNextWithItsTopIsAnotherNetwork) {
  // Keras' top norms the pooled map, the network here the map; sizes and order are the same.
  const Graph graph = build_model("convnext_tiny_keras", {.classes = 1000});
  WeightFile file{.format = "Keras HDF5"};
  for (const KerasLayer& layer : keras_layers(graph)) {
    for (const NodeId id : layer.nodes) {
      const Node& node = graph.nodes[id];
      for (const int p : node.params) {
        std::string theirs = keras_names(graph, graph.params[p]).front();
        if (theirs.starts_with("layer_normalization/"))
          theirs = fmt::format("convnext_tiny_head_layernorm{}", theirs.substr(19));
        if (theirs.starts_with("predictions/"))
          theirs = fmt::format("convnext_tiny_head_dense{}", theirs.substr(11));
        file.tensors[theirs] = HostTensor::make(graph.params[p].shape, [](std::span<float> v) { v[0] = 0; });
        file.order.push_back(theirs);
      }
    }
  }
  const ImportReport report = match_weights(graph, file, "convnext_tiny.h5");
  EXPECT_FALSE(report.fits());
  EXPECT_THAT(report.faults, ::testing::Contains("missing 'norm_pre.weight'"));
}

struct FlavourCase {
  const char* network;
  std::vector<float> variance;
  const char* refusal;
};

TEST(Naming, TheSecondRescalingOfKerasEfficientNetIsNotConfused) {
  const std::vector<float> kImageNet = {0.229f, 0.224f, 0.225f}, kFitted = {0.05f, 0.06f, 0.04f},
                           kPlain = {1, 1, 1};
  const FlavourCase kCases[] = {
      {"efficientnet_b0_keras", kImageNet, "scale the input once more than efficientnet_b0_keras does"},
      {"efficientnet_b0_keras", kFitted, ""},
      {"efficientnet_b0_keras", kPlain, ""},
      {"efficientnet_b0_keras_imagenet", kImageNet, ""},
      {"efficientnet_b0_keras_imagenet", kFitted, "does not hold ImageNet weights of Keras"},
      {"efficientnet_b0_keras_imagenet", kPlain, "does not hold ImageNet weights of Keras"},
  };
  for (const auto& [network, variance, refusal] : kCases) {
    const Graph graph = build_model(network, {.classes = 8});
    WeightFile file{.format = "Keras HDF5"};
    for (const Param& param : graph.params) {
      const std::vector<std::string> names = keras_names(graph, param);
      if (names.empty()) continue;
      std::vector<std::int64_t> shape = param.shape;
      file.tensors[names.front()] = HostTensor::make(shape, [&](std::span<float> values) {
        if (param.kind == ParamKind::RunningVar && param.name.find("normalization") != std::string::npos) {
          std::ranges::copy(variance, values.begin());
        }
      });
    }
    const ImportReport report = match_weights(graph, file, "b0.h5");
    EXPECT_THAT(report.refusal.what, ::testing::HasSubstr(refusal)) << network;
    EXPECT_EQ(report.refusal.empty(), std::string(refusal).empty()) << network;
  }
}

TEST(Naming, WhatAFileSaysOfItselfIsHeeded) {
  const Graph plain = build_model("mobilenet_v2", {}), keras = build_model("mobilenet_v2_keras", {});
  WeightFile file;
  for (const Param& param : plain.params) file.tensors[param.name] = initial_values(param, 1);
  EXPECT_TRUE(match_weights(plain, file, "x.pth").fits());
  EXPECT_THAT(match_weights(keras, file, "x.pth").refusal.what, ::testing::HasSubstr("has PyTorch's names"));
  file.metadata["network"] = "mobilenet_v2_keras";
  EXPECT_THAT(match_weights(plain, file, "x").refusal.what,
              "was made for mobilenet_v2_keras, not for mobilenet_v2");
  EXPECT_TRUE(match_weights(keras, file, "x").fits());
}

TEST(Naming, Keras3NumbersAnewInsideASequential) {
  const Graph graph = build_model("convnext_tiny_keras", {.classes = 8, .head = {.kind = "linear"}});
  WeightFile file;
  file.format = "Keras 3 HDF5";
  for (const char* tensor :
       {"layers/sequential/layers/conv2d/vars/0", "layers/sequential/layers/conv2d/vars/1",
        "layers/sequential/layers/layer_normalization/vars/0",
        "layers/sequential_1/layers/layer_normalization/vars/1", "layers/sequential_1/layers/conv2d/vars/0",
        "layers/conv2d_1/vars/0", "layers/layer_scale_2/vars/0", "layers/dense_35/vars/1",
        "layers/layer_normalization_18/vars/0"}) {
    file.tensors[tensor] = HostTensor::make({1}, [](std::span<float> values) { values[0] = 0; });
  }
  std::map<std::string, std::string> params;
  for (const Naming& naming : keras_namings(graph, file)) {
    if (naming.root != "layers") continue;
    for (const auto& [param, tensor] : naming.tensors) params[tensor] = param;
  }
  EXPECT_THAT(
      params,
      ElementsAre(
          std::pair("layers/conv2d_1/vars/0", "stages.0.blocks.1.conv_dw.weight"),
          std::pair("layers/dense_35/vars/1", "stages.3.blocks.2.mlp.fc2.bias"),
          std::pair("layers/layer_normalization_18/vars/0", "norm_pre.weight"),
          std::pair("layers/layer_scale_2/vars/0", "stages.0.blocks.2.gamma"),
          std::pair("layers/sequential/layers/conv2d/vars/0", "stem.0.weight"),
          std::pair("layers/sequential/layers/conv2d/vars/1", "stem.0.bias"),
          std::pair("layers/sequential/layers/layer_normalization/vars/0", "stem.1.weight"),
          std::pair("layers/sequential_1/layers/conv2d/vars/0", "stages.1.downsample.1.weight"),
          std::pair("layers/sequential_1/layers/layer_normalization/vars/1", "stages.1.downsample.0.bias")));
}

}  // namespace
}  // namespace giemsa
