#include "giemsa/predict/remember_pictures.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>

#include "data/made_source.h"
#include "giemsa/graph/cut.h"
#include "giemsa/infer/native_executor.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::UnorderedElementsAre;

/// Pictures of noise in three classes, of which the model knows "a" and "c" and calls "b" its "e"; the last
/// of each class is not for training.
class RememberPictures : public ::testing::Test {
 protected:
  RememberPictures() {
    for (const char* name : {"a", "b", "c"}) {
      for (std::uint64_t i = 0; i < 4; ++i)
        put_picture(folder_.path() / name / fmt::format("{}.png", i), noise(i + 100 * name[0]));
    }
  }

  ReplayMemory remember(std::size_t per_class, int threads = 2) const {
    const auto source = open_source(folder_.path());
    Split split;
    for (std::size_t r = 0; r < source->records().size(); ++r)
      split.parts.push_back(r % 4 < 3 ? Part::Train : Part::Val);
    return remember_pictures(model_, *source, split, match_, per_class, threads, {});
  }

  TemporaryFolder folder_;
  Model model_ = random_model("mobilenet_v2");
  std::vector<int> match_{0, 4, 2};
};

TEST_F(RememberPictures, KeepsTheValuesOfTheCut) {
  const Graph graph = model_.graph();
  const ReplayMemory memory = remember(40);
  EXPECT_EQ(memory_node(graph, memory), memory_cut(graph));
  EXPECT_THAT(memory.labels, UnorderedElementsAre(0, 0, 0, 2, 2, 2, 4, 4, 4));

  // The value of each training picture is among them, to within what 8 bits tell.
  const NativeExecutor trunk(graph, model_.weights, memory_cut(graph));
  const std::vector<float> kept = memory.decoded();
  const std::size_t size = kept.size() / memory.pictures(), channels = memory.low.size();
  const Image square = crop_and_resize(noise(1 + 100 * 'b'), model_.preprocess);
  std::vector<float> pixels(square.bytes().size()), value(size);
  normalise(square, model_.preprocess, pixels.data());
  trunk.run(pixels, 1, 1, value);
  std::size_t found = 0;
  for (std::size_t i = 0; i < memory.pictures(); ++i) {
    bool same = true;
    for (std::size_t j = 0; j < size; ++j)
      same = same && std::abs(kept[i * size + j] - value[j]) <= 0.51f * memory.step[j % channels];
    if (same) {
      EXPECT_EQ(memory.labels[i], 4);
    }
    found += same;
  }
  EXPECT_EQ(found, 1u);
}

TEST_F(RememberPictures, TakesNoMoreThanAskedAndTheSameOnEveryMachine) {
  EXPECT_THAT(remember(2).labels, UnorderedElementsAre(0, 0, 2, 2, 4, 4));
  EXPECT_EQ(remember(2, 1).values, remember(2, 3).values);
  EXPECT_TRUE(remember(0).empty());
}

TEST_F(RememberPictures, LeavesOutWhatCannotBeReadOrIsNotKnown) {
  put_text(folder_.path() / "a" / "1.png", "no picture");
  match_[2] = -1;
  EXPECT_THAT(remember(40).labels, UnorderedElementsAre(0, 0, 4, 4, 4));
}

}  // namespace
}  // namespace giemsa::testing
