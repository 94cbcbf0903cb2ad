#include "giemsa/run/replay_memory.h"

#include <gmock/gmock.h>

#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/core/random.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/graph/cut.h"
#include "giemsa/run/model_file.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Model small_model() {
  Model model;
  model.network = "baseline_cnn";
  model.options = {.classes = 3, .input_px = 8};
  model.preprocess.input_px = 8;
  model.classes = {"a", "b", "c"};
  model.weights = initialise(model.graph(), 1);
  return model;
}

/// Of six pictures, at a cut of the model's network.
ReplayMemory made_memory(const Graph& graph) {
  const NodeId node = cuts(graph).back();
  const Shape shape = graph.nodes[static_cast<std::size_t>(node)].shape;
  std::vector<float> values(static_cast<std::size_t>(6 * shape.size()));
  Random random({1});
  for (float& value : values) value = static_cast<float>(random.normal());
  return remember(graph.nodes[static_cast<std::size_t>(node)].name, shape, values, {0, 1, 2, 2, 1, 0});
}

TEST(ReplayMemory, StoresEachChannelInItsOwnRange) {
  // Two pictures of a 2×1×2 value, channels last: the first channel spans 0 … 255, the second is constant.
  const std::vector<float> values = {0, 7, 10, 7, 255, 7, 99.6f, 7};
  const ReplayMemory memory = remember("node", {2, 1, 2}, values, {1, 0});
  EXPECT_THAT(memory.low, ElementsAre(0, 7));
  EXPECT_THAT(memory.step, ElementsAre(1, 0));
  EXPECT_THAT(memory.values, ElementsAre(0, 0, 10, 0, 255, 0, 100, 0));
  EXPECT_THAT(memory.decoded(), ElementsAre(0, 7, 10, 7, 255, 7, 100, 7));
}

TEST(ReplayMemory, IsOffByHalfAStepAtMost) {
  std::vector<float> values(3000);
  Random random({2});
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(random.normal(0, 1.0 + i % 3));
  const ReplayMemory memory = remember("node", {3, 10, 10}, values, std::vector<int>(10));
  const std::vector<float> decoded = memory.decoded();
  for (std::size_t i = 0; i < values.size(); ++i)
    ASSERT_LE(std::abs(decoded[i] - values[i]), 0.5001f * memory.step[i % 3]) << i;
}

TEST(ReplayMemory, TravelsWithTheModel) {
  const TemporaryFolder folder;
  Model model = small_model();
  model.memory = made_memory(model.graph());
  write_model(folder.path() / "m", model);
  const ReplayMemory read = read_model(folder.path() / "m").memory;
  EXPECT_EQ(read.node, model.memory.node);
  EXPECT_EQ(read.shape, model.memory.shape);
  EXPECT_EQ(read.labels, model.memory.labels);
  EXPECT_EQ(read.low, model.memory.low);
  EXPECT_EQ(read.step, model.memory.step);
  EXPECT_EQ(read.values, model.memory.values);
  EXPECT_EQ(read_safetensors(folder.path() / "m/memory.safetensors").stored_types.at("values"), "U8");
  std::filesystem::remove(folder.path() / "m/memory.safetensors");
  EXPECT_TRUE(read_model(folder.path() / "m").memory.empty());
}

TEST(ReplayMemory, IsCheckedWhenItIsRead) {
  const Graph graph = small_model().graph();
  const ReplayMemory good = made_memory(graph);
  const struct {
    const char* fault;
    void (*damage)(ReplayMemory&);
    const char* message;
  } cases[] = {
      {"a node of another network", [](ReplayMemory& m) { m.node = "block9"; }, "has no node 'block9'"},
      {"an unknown class", [](ReplayMemory& m) { m.labels[2] = 3; }, "a label is 3"},
      {"a negative class", [](ReplayMemory& m) { m.labels[2] = -1; }, "a label is -1"},
      {"no number", [](ReplayMemory& m) { m.low[0] = NAN; }, "not finite"},
      {"an endless number", [](ReplayMemory& m) { m.step[0] = INFINITY; }, "not finite"},
      {"a falling scale", [](ReplayMemory& m) { m.step[0] = -1; }, "out of range"},
      {"another shape",
       [](ReplayMemory& m) {
         m.shape.channels -= 1;
         m.low.pop_back();
         m.step.pop_back();
         m.values.resize(m.labels.size() * static_cast<std::size_t>(m.shape.size()));
       },
       "'low' is F32"},
  };
  for (const auto& [fault, damage, message] : cases) {
    const TemporaryFolder folder;
    ReplayMemory bad = good;
    damage(bad);
    write_memory(folder.path(), bad);
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_memory(folder.path(), graph, 3); }), HasSubstr(message))
        << fault;
  }
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "memory.safetensors", StateDict{}, {{"node", good.node}});
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_memory(folder.path(), graph, 3); }),
              HasSubstr("'low' is missing"));
}

}  // namespace
}  // namespace giemsa::testing
