#include "giemsa/train/adapt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/data/source.h"
#include "giemsa/graph/cut.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/metrics/confusion.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

/// Another source's pictures as a laboratory would have them whose red and blue are exchanged.
class ExchangedColours final : public Source {
 public:
  explicit ExchangedColours(const Source& source) : source_(source) {}
  const std::vector<std::string>& classes() const override { return source_.classes(); }
  std::span<const Record> records() const override { return source_.records(); }
  Bytes read(std::size_t index) const override { return source_.read(index); }
  Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const override {
    Image picture = source_.decode(index, bytes);
    for (int i = 0; i < picture.width() * picture.height(); ++i)
      std::swap(picture.pixels()[3 * i], picture.pixels()[3 * i + 2]);
    return picture;
  }

 private:
  const Source& source_;
};

/// The logits of a model for all pictures of a source.
std::vector<float> logits_of(const Model& model, const Source& source) {
  const NativeExecutor network(model.graph(), model.weights);
  const std::size_t classes = model.classes.size();
  std::vector<float> logits(source.records().size() * classes);
  for (std::size_t i = 0; i < source.records().size(); ++i) {
    const Image square = crop_and_resize(source.load(i), model.preprocess);
    std::vector<float> pixels(square.bytes().size());
    normalise(square, model.preprocess, pixels.data());
    network.run(pixels, 1, 1, std::span(logits).subspan(i * classes, classes));
  }
  return logits;
}

double accuracy_of(const Model& model, const Source& source) {
  const std::vector<int> answers =
      arg_max_rows(logits_of(model, source), static_cast<int>(model.classes.size()));
  double right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == source.records()[i].label;
  return right / static_cast<double>(answers.size());
}

/// A network that has learned the drawn cells, with a memory of all of them.
const Model& learned_model() {
  static const Model model = [] {
    const TemporaryFolder folder;
    Config config = small_config("mobilenet_v2");
    config.train.ema_decay = 0.8;
    config.stages = {{.name = "all", .epochs = 14, .lr = 3e-3, .augment = "none"}};
    train(cells(), config, folder.path() / "run", {}, {});
    Model trained = read_model(folder.path() / "run");
    const Graph graph = trained.graph();
    const NodeId cut = smallest_cut(graph, 0.5);
    const NativeExecutor trunk(graph, trained.weights, cut);
    std::vector<float> values(cells().records().size() *
                              static_cast<std::size_t>(trunk.output_shape().size()));
    std::vector<int> labels;
    for (std::size_t i = 0; i < cells().records().size(); ++i) {
      const Image square = crop_and_resize(cells().load(i), trained.preprocess);
      std::vector<float> pixels(square.bytes().size());
      normalise(square, trained.preprocess, pixels.data());
      const std::size_t size = values.size() / cells().records().size();
      trunk.run(pixels, 1, 1, std::span(values).subspan(i * size, size));
      labels.push_back(cells().records()[i].label);
    }
    trained.memory =
        remember(graph.nodes[static_cast<std::size_t>(cut)].name, trunk.output_shape(), values, labels);
    trained.trust.abstention = Abstention{};
    return trained;
  }();
  return model;
}

/// Half of the pictures of each class.
LaboratoryPictures half(const Source& source) {
  LaboratoryPictures pictures;
  for (std::size_t i = 0; i < source.records().size(); i += 2) {
    pictures.records.push_back(i);
    pictures.labels.push_back(source.records()[i].label);
  }
  return pictures;
}

AdaptOptions quick() {
  AdaptOptions options;
  options.epochs = 12;
  options.views = 4;
  options.augment = "none";
  options.folds = 0;
  return options;
}

TEST(Adapt, LearnsTheOtherLaboratoryAndKeepsItsOwn) {
  const ExchangedColours other(cells());
  const Model& model = learned_model();
  const double home = accuracy_of(model, cells()), away = accuracy_of(model, other);
  ASSERT_GT(home, away + 0.2) << "the test needs a laboratory that is hard to read";
  std::vector<std::uint64_t> steps;
  const AdaptedModel adapted =
      adapt(model, other, half(other), quick(),
            {.stepped = [&](std::uint64_t done, std::uint64_t all) { steps.push_back(all - done); }});
  EXPECT_GT(accuracy_of(adapted.model, other), away + 0.15);
  EXPECT_GT(accuracy_of(adapted.model, cells()), home - 0.1);
  EXPECT_NEAR(adapted.figures.home_before, home, 0.04) << "the memory has 8 bits";
  EXPECT_NEAR(adapted.figures.home_after, accuracy_of(adapted.model, cells()), 0.04);
  EXPECT_FALSE(adapted.figures.after);
  EXPECT_EQ(adapted.records, half(other).records);
  EXPECT_TRUE(adapted.model.trust.empty()) << "what was known of the old answers does not hold";
  EXPECT_EQ(adapted.model.memory.values, model.memory.values);
  EXPECT_EQ(steps.back(), 0u);
  EXPECT_TRUE(std::ranges::is_sorted(steps, std::greater()));
}

TEST(Adapt, ChangesWhatLiesBehindTheMemoryAlone) {
  const ExchangedColours other(cells());
  const Model& model = learned_model();
  const Graph graph = model.graph();
  const AdaptedModel adapted = adapt(model, other, half(other), quick(), {});
  const NodeId cut = memory_node(graph, model.memory);
  for (const Param& param : graph.params) {
    const auto before = model.weights.at(param.name).values(),
               after = adapted.model.weights.at(param.name).values();
    const bool same = std::ranges::equal(before, after);
    EXPECT_EQ(same, is_statistic(param.kind) || param.node <= cut) << param.name;
  }
}

TEST(Adapt, GivesTheSameBitsForASeed) {
  const ExchangedColours other(cells());
  AdaptOptions options = quick();
  options.epochs = 2;
  options.augment = "full";
  const auto weights = [&](std::int64_t seed) {
    options.seed = seed;
    const AdaptedModel adapted = adapt(learned_model(), other, half(other), options, {});
    std::vector<float> all;
    for (const auto& [name, tensor] : adapted.model.weights)
      all.insert(all.end(), tensor.values().begin(), tensor.values().end());
    return all;
  };
  const std::vector<float> first = weights(1);
  EXPECT_TRUE(weights(1) == first);
  EXPECT_FALSE(weights(2) == first);
}

TEST(Adapt, TellsWhatItIsWorthByFolds) {
  const ExchangedColours other(cells());
  AdaptOptions options = quick();
  options.folds = 2;
  const AdaptedModel adapted = adapt(learned_model(), other, half(other), options, {});
  ASSERT_TRUE(adapted.figures.after);
  EXPECT_GT(*adapted.figures.after, adapted.figures.before);
  ASSERT_TRUE(adapted.model.trust.calibration);
  EXPECT_TRUE(adapted.model.trust.calibration->is_temperature());
  EXPECT_FALSE(adapted.model.trust.abstention);
  EXPECT_EQ(adapted.model.trust.validation_pictures, 32);
}

TEST(Adapt, KeepsTheMeanOfAllFolds) {
  const ExchangedColours other(cells());
  AdaptOptions options = quick();
  options.folds = 2;
  const AdaptedModel mean = adapt(learned_model(), other, half(other), options, {});
  options.folds = 0;
  const AdaptedModel alone = adapt(learned_model(), other, half(other), options, {});
  EXPECT_GT(accuracy_of(mean.model, other), accuracy_of(learned_model(), other) + 0.1);
  // Each went its own way from the old weights, so their mean lies nearer to these.
  double moved = 0, moved_alone = 0;
  for (const auto& [name, old] : learned_model().weights) {
    for (std::size_t i = 0; i < old.values().size(); ++i) {
      moved += std::abs(mean.model.weights.at(name).values()[i] - old.values()[i]);
      moved_alone += std::abs(alone.model.weights.at(name).values()[i] - old.values()[i]);
    }
  }
  EXPECT_GT(moved, 0);
  EXPECT_LT(moved, moved_alone);
}

TEST(Adapt, RefusesWhatItCannotAdapt) {
  const LaboratoryPictures pictures = half(cells());
  Model forgetful = learned_model();
  forgetful.memory = {};
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { adapt(forgetful, cells(), pictures, quick(), {}); }),
              HasSubstr("giemsa calibrate"));
  Model ensemble;
  ensemble.members = {learned_model(), learned_model()};
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { adapt(ensemble, cells(), pictures, quick(), {}); }),
              HasSubstr("an ensemble cannot be adapted"));
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] {
                         adapt(learned_model(), cells(), {{3}, {0}}, quick(), {});
                       }),
              HasSubstr("1 pictures can be learned from"));
}

}  // namespace
}  // namespace giemsa::testing
