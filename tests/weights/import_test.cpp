#include "giemsa/weights/import.h"
#include "giemsa/weights/state_dict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "core/error_matchers.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/graph/builder.h"
#include "giemsa/models/registry.h"
#include "shared_data.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// conv → bn → gamma → pool → fc of `classes`, with names in Keras.
Graph small_graph(std::int64_t classes, Flavour flavour = Flavour::Torchvision) {
  GraphBuilder g({2, 4, 4}, flavour);
  Value x = g.conv({"conv", "Conv1"}, g.input(), 3, {.kernel = {1, 2}});
  x = g.batch_norm({"bn", "bn_Conv1"}, x);
  const Value features = x;
  return g.finish(features, g.linear({"head.fc", "predictions"}, g.global_avg_pool("pool", x), classes),
                  "head");
}

HostTensor counting(std::vector<std::int64_t> shape, float first) {
  return HostTensor::make(std::move(shape),
                          [&](std::span<float> out) { std::iota(out.begin(), out.end(), first); });
}

StateDict pytorch_file() {
  return {
      {"conv.weight", counting({3, 2, 1, 2}, 100)},
      {"bn.weight", counting({3}, 200)},
      {"bn.bias", counting({3}, 300)},
      {"bn.running_mean", counting({3}, 400)},
      {"bn.running_var", counting({3}, 500)},
      {"bn.num_batches_tracked", counting({}, 9)},
      {"head.fc.weight", counting({5, 3}, 600)},
      {"head.fc.bias", counting({5}, 700)},
  };
}

StateDict keras_file() {
  return {
      {"Conv1/kernel", counting({1, 2, 2, 3}, 0)},
      {"bn_Conv1/gamma", counting({3}, 200)},
      {"bn_Conv1/beta", counting({3}, 300)},
      {"bn_Conv1/moving_mean", counting({3}, 400)},
      {"bn_Conv1/moving_variance", counting({3}, 500)},
      {"predictions/kernel", counting({3, 5}, 0)},
      {"predictions/bias", counting({5}, 700)},
  };
}

Import import(const Graph& graph, const StateDict& file) {
  return import_weights(graph, {.tensors = file}, 1, "w.safetensors");
}
std::string fault(const Graph& graph, const StateDict& file) {
  return error_of(ErrorKind::Model, [&] { import(graph, file); });
}

TEST(Import, TakesPyTorchsNamesAsTheyAre) {
  const Graph graph = small_graph(5);
  const StateDict file = pytorch_file();
  const Import result = import(graph, file);
  EXPECT_NO_THROW(check_complete(graph, result.weights, "import"));
  for (const Param& param : graph.params) {
    EXPECT_THAT(result.weights.at(param.name).values(), ElementsAreArray(file.at(param.name).values()));
  }
  EXPECT_EQ(result.report.layout, "PyTorch");
  EXPECT_EQ(result.report.mapped.size(), 7u);
  for (const auto& mapping : result.report.mapped) EXPECT_FALSE(mapping.transposed) << mapping.param;
  EXPECT_THAT(result.report.left_over, IsEmpty()) << "the counter of batches is no tensor of the network";
  EXPECT_THAT(result.report.missing, IsEmpty());
}

TEST(Import, TurnsKerasTensors) {
  const Graph graph = small_graph(5, Flavour::Keras);
  const Import result = import(graph, keras_file());
  EXPECT_NO_THROW(check_complete(graph, result.weights, "import"));
  EXPECT_THAT(result.weights.at("conv.weight").values(), ElementsAre(0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11));
  EXPECT_THAT(result.weights.at("bn.weight").values(), ElementsAre(200, 201, 202));
  EXPECT_THAT(result.weights.at("bn.bias").values(), ElementsAre(300, 301, 302));
  EXPECT_THAT(result.weights.at("bn.running_mean").values(), ElementsAre(400, 401, 402));
  EXPECT_THAT(result.weights.at("bn.running_var").values(), ElementsAre(500, 501, 502));
  EXPECT_THAT(result.weights.at("head.fc.weight").values(),
              ElementsAre(0, 5, 10, 1, 6, 11, 2, 7, 12, 3, 8, 13, 4, 9, 14));
  EXPECT_EQ(result.report.layout, "Keras");
  EXPECT_THAT(result.report.text(),
              AllOf(HasSubstr("Keras names: 7 tensors mapped, 0 left over, 0 missing\n"),
                    HasSubstr("  conv.weight      3×2×1×2        ← Conv1/kernel (transposed)\n"),
                    HasSubstr("← bn_Conv1/gamma\n")));
}

TEST(Import, ConvertedHeadsOfTfSlimFitToo) {
  StateDict file = keras_file();
  for (const char* weight : {"kernel", "bias"}) {
    auto node = file.extract(std::string("predictions/") + weight);
    node.key() = std::string("Logits/") + weight;
    file.insert(std::move(node));
  }
  EXPECT_EQ(import(small_graph(5, Flavour::Keras), file).report.mapped.size(), 7u);
}

TEST(Import, TheHeadMayDiffer) {
  for (const Flavour flavour : {Flavour::Torchvision, Flavour::Keras}) {
    const Graph graph = small_graph(8, flavour);
    const StateDict fresh = initialise(graph, 1);
    const StateDict file = flavour == Flavour::Keras ? keras_file() : pytorch_file();
    const Import result = import(graph, file);
    EXPECT_NO_THROW(check_complete(graph, result.weights, "import"));
    EXPECT_THAT(result.weights.at("head.fc.weight").values(),
                ElementsAreArray(fresh.at("head.fc.weight").values()));
    EXPECT_EQ(result.report.mapped.size(), 5u);
    EXPECT_THAT(result.report.missing, ElementsAre("head.fc.weight (the file has 5×3, the network needs 8×3)",
                                                   "head.fc.bias (the file has 5, the network needs 8)"));
    EXPECT_THAT(result.report.left_over, IsEmpty());
  }
}

TEST(Import, TheHeadMayLackOrBeAnother) {
  const Graph graph = small_graph(8);
  StateDict file = pytorch_file();
  file.erase("head.fc.weight");
  file.erase("head.fc.bias");
  EXPECT_THAT(import(graph, file).report.missing, ElementsAre("head.fc.weight", "head.fc.bias"));
  file["head.norm.weight"] = counting({3}, 0);
  EXPECT_THAT(import(graph, file).report.left_over, ElementsAre("head.norm.weight 3"));
}

TEST(Import, AnythingElseIsAnErrorWithTheTable) {
  const Graph graph = small_graph(5);
  StateDict missing = pytorch_file();
  missing.erase("bn.running_var");
  EXPECT_THAT(
      fault(graph, missing),
      AllOf(HasSubstr(
                "[weights] w.safetensors does not fit the network beyond its head (1 differences: missing "
                "'bn.running_var')"),
            HasSubstr("PyTorch names: 6 tensors mapped, 0 left over, 1 missing"),
            HasSubstr("← conv.weight\n"), HasSubstr("  missing    bn.running_var\n"),
            HasSubstr("Hint: name the network that the file was made for")));
  StateDict reshaped = pytorch_file();
  reshaped["conv.weight"].shape = {2, 3, 1, 2};
  EXPECT_THAT(fault(graph, reshaped),
              HasSubstr("missing 'conv.weight' (the file has 2×3×1×2, the network needs 3×2×1×2)"));
  StateDict extra = pytorch_file();
  extra["conv2.weight"] = counting({1}, 0);
  EXPECT_THAT(fault(graph, extra),
              AllOf(HasSubstr("left over 'conv2.weight'"), HasSubstr("  left over  conv2.weight 1\n")));
  StateDict keras = keras_file();
  keras["bn_Conv2/gamma"] = counting({1}, 0);
  EXPECT_THAT(fault(small_graph(5, Flavour::Keras), keras),
              AllOf(HasSubstr("left over 'bn_Conv2/gamma'"),
                    HasSubstr("Hint: weights from Keras need a network in the Keras flavour")));
  // Many differences: three are named in the first line, all of them in the table.
  const std::string none = fault(graph, {{"x", counting({1}, 0)}});
  EXPECT_THAT(
      none,
      AllOf(HasSubstr("(6 differences: missing 'conv.weight'; missing 'bn.weight'; missing 'bn.bias'; …)"),
            HasSubstr("  missing    bn.running_var\n")));
  // A Keras file for a network without Keras names.
  GraphBuilder g({2, 4, 4});
  const Value x = g.conv("conv", g.input(), 3, {.kernel = {1, 2}});
  const Graph nameless = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
  EXPECT_THAT(fault(nameless, keras_file()), HasSubstr("missing 'conv.weight'"));
}

TEST(Import, DenseLayersMayBeStoredAs1x1Convolutions) {
  // timm writes the smaller ConvNeXts so.
  const Graph graph = build_model("convnext_atto", {.classes = 8});
  StateDict file = initialise(graph, 5);
  int turned = 0;
  for (auto& [name, tensor] : file) {
    if (name.find(".mlp.fc") == std::string::npos || !name.ends_with(".weight")) continue;
    tensor.shape.insert(tensor.shape.end(), {1, 1});
    ++turned;
  }
  file["stages.0.blocks.0.gamma"].shape = {40, 1, 1};
  EXPECT_EQ(turned, 24);
  const Import result = import(graph, file);
  EXPECT_NO_THROW(check_complete(graph, result.weights, "import"));
  EXPECT_THAT(result.report.missing, IsEmpty());
  // A real kernel is no dense layer.
  file["stages.0.blocks.0.mlp.fc1.weight"].shape = {40, 40, 2, 2};
  EXPECT_THAT(fault(graph, file), HasSubstr("the file has 40×40×2×2, the network needs 160×40"));
}

TEST(Import, KerasMobileNetV2WithoutItsTop) {
  const char* file_name = "weights/mobilenet_v2_1.0_224_keras_notop.safetensors";
  GIEMSA_NEEDS_SHARED(file_name);
  const SafetensorsFile file = read_safetensors(testing::shared_data(file_name));
  const Graph graph = build_model("mobilenet_v2_keras", {.classes = 8});
  const Import result = import(graph, file.tensors);
  EXPECT_NO_THROW(check_complete(graph, result.weights, "import"));
  EXPECT_EQ(result.report.mapped.size(), 260u);
  EXPECT_THAT(result.report.left_over, IsEmpty());
  EXPECT_THAT(result.report.missing, ElementsAre("classifier.1.weight", "classifier.1.bias"));
  // Spot checks: OIHW[o][i][h][w] = HWIO[h][w][i][o].
  const auto stem = file.tensors.at("Conv1/kernel").values(),
             ours = result.weights.at("features.0.0.weight").values();
  EXPECT_EQ(ours[((5 * 3 + 2) * 3 + 1) * 3 + 0], stem[((1 * 3 + 0) * 3 + 2) * 32 + 5]);
  for (const float variance : result.weights.at("features.0.1.running_var").values()) EXPECT_GT(variance, 0);
}

TEST(Import, KerasMobileNetV2WithItsTop) {
  const char* file_name = "weights/mobilenet_v2_1.0_224_keras_with_top_restored.safetensors";
  GIEMSA_NEEDS_SHARED(file_name);
  const StateDict file = read_safetensors(testing::shared_data(file_name)).tensors;
  const Import whole = import(build_model("mobilenet_v2_keras", {.classes = 1000}), file);
  EXPECT_EQ(whole.report.mapped.size(), 262u);
  EXPECT_THAT(whole.report.left_over, IsEmpty());
  EXPECT_THAT(whole.report.missing, IsEmpty());
  const Import eight = import(build_model("mobilenet_v2_keras", {.classes = 8}), file);
  EXPECT_EQ(eight.report.mapped.size(), 260u);
  EXPECT_THAT(eight.report.missing, Each(HasSubstr("the network needs 8")));
  // The same file does not fit another network.
  EXPECT_THAT(fault(build_model("convnext_atto", {}), file),
              HasSubstr("does not fit the network beyond its head"));
}

}  // namespace
}  // namespace giemsa
