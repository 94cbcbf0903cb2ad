// Single layers against Keras' own numbers (shared data), through the import of Keras' weights.

#include "infer/keras_ops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/image/preprocess.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "infer/random_network.h"

namespace giemsa {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-5;

const json& case_named(const std::vector<json>& cases, const char* name) {
  return *std::find_if(cases.begin(), cases.end(), [&](const json& c) { return c.at("case") == name; });
}

TEST(KerasOps, EveryLayerAgrees) {
  GIEMSA_NEEDS_SHARED(testing::kKerasOpsFile);
  int layers = 0;
  for (const json& c : testing::keras_op_cases()) {
    if (!testing::is_keras_layer(c)) continue;
    ++layers;
    const testing::KerasOp op = testing::keras_op(c);
    const NativeExecutor network(op.graph, op.weights, op.graph.features);
    std::vector<float> out(op.count * static_cast<std::size_t>(network.output_shape().size()));
    network.run(op.input, op.count, 1, out);
    EXPECT_LE(testing::relative_error(out, op.output), kTolerance) << c.at("case");
  }
  EXPECT_EQ(layers, 40);
}

TEST(KerasOps, WhatIsNoLayerIsTestedHere) {
  GIEMSA_NEEDS_SHARED(testing::kKerasOpsFile);
  const std::vector<json> cases = testing::keras_op_cases();
  EXPECT_EQ(cases.size(), 43u);
  std::vector<std::string> names;
  for (const json& c : cases) {
    if (!testing::is_keras_layer(c)) names.push_back(c.at("case"));
  }
  // The first two happen before the network: image/preprocess.h. The third is graph/shape.h.
  EXPECT_THAT(names, ::testing::ElementsAre("preprocess_caffe", "preprocess_tf", "correct_pad_table"));
}

TEST(KerasOps, PicturesArePreparedAsKerasDoes) {
  GIEMSA_NEEDS_SHARED(testing::kKerasOpsFile);
  const std::vector<json> cases = testing::keras_op_cases();
  const struct {
    const char *name, *network;
  } kCases[] = {{"preprocess_caffe", "vgg16_keras"}, {"preprocess_tf", "mobilenet_v2_keras"}};
  for (const auto& [name, network] : kCases) {
    const json& c = case_named(cases, name);
    ASSERT_EQ(c.at("input").at("shape"), (std::vector{1, 2, 2, 3}));
    const std::vector<std::uint8_t> bytes = c.at("input").at("data");
    const PixelScale& pixels = find_model(network).pixels;
    std::vector<float> out(bytes.size());
    normalise(ImageView{.pixels = bytes.data(), .width = 2, .height = 2, .stride = 6},
              {.mean = pixels.mean, .std = pixels.std, .bgr = pixels.bgr}, out.data());
    EXPECT_LE(testing::relative_error(out, c.at("output").at("data").get<std::vector<double>>()), kTolerance)
        << name;
  }
}

TEST(KerasOps, PaddingIsThatOfTheTable) {
  GIEMSA_NEEDS_SHARED(testing::kKerasOpsFile);
  const std::vector<json> cases = testing::keras_op_cases();
  const json& pads = case_named(cases, "correct_pad_table").at("pads");
  EXPECT_EQ(pads.size(), 6u);
  for (const auto& [key, sides] : pads.items()) {  // "n95_k3": [[top, bottom], [left, right]]
    const int n = std::stoi(key.substr(1)), kernel = std::stoi(key.substr(key.find('k') + 1));
    EXPECT_EQ(same_padding({1, n, n}, kernel, 2),
              (Padding{sides[0][0], sides[1][0], sides[0][1], sides[1][1]}))
        << key;
  }
}

}  // namespace
}  // namespace giemsa
