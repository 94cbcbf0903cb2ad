#include "giemsa/train/optimizer_depth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "giemsa/models/registry.h"

namespace giemsa {
namespace {

/// The depth of some parameters of a network at 96 px.
TEST(DepthsFromOutput, CountBlocks) {
  const struct {
    const char* network;
    std::map<std::string, int> depths;
  } cases[] = {
      {"mobilenet_v2",
       {{"features.0.0.weight", 19},
        {"features.0.1.bias", 19},
        {"features.1.conv.0.0.weight", 18},
        {"features.17.conv.3.weight", 2},
        {"features.18.0.weight", 1},
        {"classifier.1.bias", 0}}},
      {"resnet18",
       {{"conv1.weight", 9},
        {"bn1.weight", 9},
        {"layer1.0.conv2.weight", 8},
        {"layer2.0.downsample.0.weight", 6},
        {"layer4.1.bn2.running_var", 1},
        {"fc.weight", 0}}},
      {"convnext_tiny",
       {{"stem.1.bias", 22},
        {"stages.0.blocks.0.conv_dw.weight", 21},
        {"stages.1.downsample.0.weight", 18},
        {"stages.1.downsample.1.weight", 18},
        {"stages.3.blocks.2.gamma", 1},
        {"head.norm.weight", 0}}},
      {"efficientnet_b0",
       {{"features.0.0.weight", 18},
        {"features.1.0.block.1.fc1.weight", 17},
        {"features.7.0.block.3.1.weight", 2},
        {"features.8.1.weight", 1},
        {"classifier.1.weight", 0}}},
      {"densenet121",
       {{"features.norm0.weight", 8}, {"features.transition1.norm.weight", 6}, {"features.norm5.weight", 1}}},
      {"vgg16_bn", {{"features.0.weight", 13}, {"features.1.weight", 13}, {"features.40.weight", 1}}},
      {"baseline_cnn", {{"1.conv.weight", 2}, {"2.conv.weight", 1}, {"head.fc1.weight", 0}}},
  };
  for (const auto& [network, expected] : cases) {
    ModelOptions options;
    options.classes = 8;
    const Graph graph = build_model(network, options);
    const std::vector<int> depths = depths_from_output(graph);
    ASSERT_EQ(depths.size(), graph.params.size());
    std::map<std::string, int> found;
    for (std::size_t i = 0; i < depths.size(); ++i) {
      if (expected.contains(graph.params[i].name)) found[graph.params[i].name] = depths[i];
    }
    EXPECT_EQ(found, expected) << network;
  }
}

TEST(DepthsFromOutput, HaveNoGapsInAnyNetwork) {
  for (const ModelEntry& entry : model_registry()) {
    ModelOptions options;
    options.classes = 8;
    options.input_px = std::max<std::int64_t>(entry.min_input_px, 96);
    const std::vector<int> depths = depths_from_output(build_model(entry.name, options));
    for (int depth = 0; depth <= *std::max_element(depths.begin(), depths.end()); ++depth)
      EXPECT_NE(std::count(depths.begin(), depths.end(), depth), 0) << entry.name << ", " << depth;
  }
}

}  // namespace
}  // namespace giemsa
