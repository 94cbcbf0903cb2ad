// Layer names are those of the published state dicts, so that published weights fit.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "giemsa/models/registry.h"

namespace giemsa {
namespace {

std::string line_of(const Param& param) {
  return fmt::format("{} {}", param.name, fmt::join(param.shape, "x"));
}

std::vector<std::string> lines_of(const char* network) {
  std::vector<std::string> lines;
  for (const Param& param : build_model(network, {.classes = 1000, .input_px = 224}).params) {
    lines.push_back(line_of(param));
  }
  return lines;
}

/// A list that tests/golden/make/torchvision_networks.py wrote.
std::vector<std::string> golden(const std::string& file) {
  std::ifstream in(std::filesystem::path(GIEMSA_TEST_DATA) / file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(StateDictNames, MobileNetV2IsTorchvisions) {
  const auto expected = golden("torchvision_mobilenet_v2.txt");
  ASSERT_EQ(expected.size(), 262u);
  EXPECT_EQ(lines_of("mobilenet_v2"), expected);
  EXPECT_EQ(lines_of("mobilenet_v2_keras"), expected) << "the flavours differ in padding and epsilon only";
}

TEST(StateDictNames, ConvNextTinyIsTorchvisionsUnderTimmsNames) {
  const auto expected = golden("torchvision_convnext_tiny.txt");
  ASSERT_EQ(expected.size(), 182u);
  // torchvision registers the layer scale before a block's layers; the order is ours.
  EXPECT_THAT(lines_of("convnext_tiny"), ::testing::UnorderedElementsAreArray(expected));
}

TEST(StateDictNames, ConvNextIsTimms) {
  const std::vector<std::string> all = lines_of("convnext_atto");
  const std::vector<std::string> first = {
      "stem.0.weight 40x3x4x4",
      "stem.0.bias 40",
      "stem.1.weight 40",
      "stem.1.bias 40",
      "stages.0.blocks.0.conv_dw.weight 40x1x7x7",
      "stages.0.blocks.0.conv_dw.bias 40",
      "stages.0.blocks.0.norm.weight 40",
      "stages.0.blocks.0.norm.bias 40",
      "stages.0.blocks.0.mlp.fc1.weight 160x40",
      "stages.0.blocks.0.mlp.fc1.bias 160",
      "stages.0.blocks.0.mlp.fc2.weight 40x160",
      "stages.0.blocks.0.mlp.fc2.bias 40",
      "stages.0.blocks.0.gamma 40",
  };
  const std::vector<std::string> last = {
      "stages.3.downsample.0.weight 160",
      "stages.3.downsample.0.bias 160",
      "stages.3.downsample.1.weight 320x160x2x2",
      "stages.3.downsample.1.bias 320",
      "stages.3.blocks.1.conv_dw.weight 320x1x7x7",
      "stages.3.blocks.1.conv_dw.bias 320",
      "stages.3.blocks.1.norm.weight 320",
      "stages.3.blocks.1.norm.bias 320",
      "stages.3.blocks.1.mlp.fc1.weight 1280x320",
      "stages.3.blocks.1.mlp.fc1.bias 1280",
      "stages.3.blocks.1.mlp.fc2.weight 320x1280",
      "stages.3.blocks.1.mlp.fc2.bias 320",
      "stages.3.blocks.1.gamma 320",
      "head.norm.weight 320",
      "head.norm.bias 320",
      "head.fc.weight 1000x320",
      "head.fc.bias 1000",
  };
  ASSERT_EQ(all.size(), 4u + 3 * 4 + 12 * 9 + 4);
  EXPECT_EQ(std::vector(all.begin(), all.begin() + first.size()), first);
  EXPECT_THAT(all, ::testing::IsSupersetOf(last));
  EXPECT_EQ(std::vector(all.end() - 13, all.end()), std::vector(last.end() - 13, last.end()));
}

/// The names of a network's parameters without their shapes, sorted.
std::vector<std::string> names_of(const char* network) {
  std::vector<std::string> names;
  for (const Param& param : build_model(network, {}).params) names.push_back(param.name);
  std::sort(names.begin(), names.end());
  return names;
}

TEST(StateDictNames, BothFlavoursHaveTheSame) {
  EXPECT_EQ(names_of("mobilenet_v3_small_keras"), names_of("mobilenet_v3_small"));
  EXPECT_EQ(names_of("mobilenet_v3_large_keras"), names_of("mobilenet_v3_large"));
  // Keras norms the map, the paper the pooled map: timm's two names for it.
  std::vector<std::string> keras = names_of("convnext_tiny_keras");
  for (std::string& name : keras) {
    if (name.starts_with("norm_pre.")) name.replace(0, 8, "head.norm");
  }
  std::sort(keras.begin(), keras.end());
  EXPECT_EQ(keras, names_of("convnext_tiny"));
}

TEST(StateDictNames, MobileNetV1IsTimms) {
  const std::vector<std::string> all = lines_of("mobilenet_v1_keras");
  ASSERT_EQ(all.size(), 5u + 13 * 10 + 2);
  const std::vector<std::string> expected = {
      "conv_stem.weight 32x3x3x3",
      "bn1.running_mean 32",
      "blocks.0.0.conv_dw.weight 32x1x3x3",
      "blocks.0.0.bn1.weight 32",
      "blocks.0.0.conv_pw.weight 64x32x1x1",
      "blocks.0.0.bn2.running_var 64",
      "blocks.1.1.conv_pw.weight 128x128x1x1",
      "blocks.3.5.conv_dw.weight 512x1x3x3",
      "blocks.4.1.bn2.bias 1024",
  };
  EXPECT_THAT(all, ::testing::IsSupersetOf(expected));
}

TEST(StateDictNames, TheBaselineIsOurs) {
  const std::vector<std::string> expected = {
      "1.conv.weight 32x3x3x3",     "1.conv.bias 32",    "2.conv.weight 64x32x3x3",  "2.conv.bias 64",
      "head.fc1.weight 128x200704", "head.fc1.bias 128", "head.fc2.weight 1000x128", "head.fc2.bias 1000",
  };
  EXPECT_EQ(lines_of("baseline_cnn"), expected);
}

TEST(StateDictNames, TheSecondBaselineHasAThirdConvolutionAndAnL2Penalty) {
  const std::vector<std::string> expected = {
      "1.conv.weight 32x3x3x3",   "1.conv.bias 32",     "2.conv.weight 64x32x3x3",    "2.conv.bias 64",
      "3.conv.weight 128x64x3x3", "3.conv.bias 128",    "head.fc1.weight 128x100352", "head.fc1.bias 128",
      "head.fc2.weight 1000x128", "head.fc2.bias 1000",
  };
  EXPECT_EQ(lines_of("baseline_cnn3"), expected);
  for (const Param& param : build_model("baseline_cnn3", {.head = {.l2 = 0.002}}).params) {
    const bool dense_kernel = param.name == "head.fc1.weight" || param.name == "head.fc2.weight";
    EXPECT_EQ(param.l2, dense_kernel ? 0.002f : 0.f) << param.name;
  }
  for (const Param& param : build_model("baseline_cnn", {.head = {.l2 = 0.002}}).params) {
    EXPECT_EQ(param.l2, 0.f) << param.name;
  }
}

}  // namespace
}  // namespace giemsa
