#include "giemsa/train/teacher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/run/ensemble.h"
#include "predict/random_model.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

constexpr std::size_t kPictures = 3, kClasses = 5;

/// The same pictures as a network of `preprocess` sees them. [kPictures, 32, 32, 3]
std::vector<float> seen_by(const Preprocess& preprocess) {
  std::vector<float> all;
  for (std::uint64_t seed = 1; seed <= kPictures; ++seed) {
    const Image input = crop_and_resize(noise(seed), preprocess);
    std::vector<float> pixels(input.bytes().size());
    normalise(input, preprocess, pixels.data());
    all.insert(all.end(), pixels.begin(), pixels.end());
  }
  return all;
}

/// Plain softmax of a model's own executor. [kPictures, kClasses]
std::vector<float> probabilities_of(const Model& model) {
  const NativeExecutor network(model.graph(), model.weights);
  std::vector<float> p(kPictures * kClasses);
  network.run(seen_by(model.preprocess), kPictures, 1, p);
  for (std::size_t i = 0; i < p.size(); i += kClasses) {
    float sum = 0;
    for (std::size_t k = 0; k < kClasses; ++k) sum += p[i + k] = std::exp(p[i + k]);
    for (std::size_t k = 0; k < kClasses; ++k) p[i + k] /= sum;
  }
  return p;
}

std::vector<float> one_hot() {
  std::vector<float> targets(kPictures * kClasses);
  for (std::size_t i = 0; i < kPictures; ++i) targets[i * kClasses + i] = 1;
  return targets;
}

TEST(Teacher, MixesItsProbabilitiesIntoTheTargets) {
  const Model model = random_model("baseline_cnn");
  Preprocess student = model.preprocess;  // the student sees blue first, on another scale
  student.bgr = true;
  student.mean = {0.5f, 0.4f, 0.3f};
  student.std = {0.5f, 0.25f, 1};
  const std::vector<float> expected = probabilities_of(model);
  for (const int threads : {1, 3}) {
    std::vector<float> targets = one_hot();
    Teacher(model, model.classes, student).teach(seen_by(student), 0.25, threads, targets);
    for (std::size_t i = 0; i < targets.size(); ++i)
      EXPECT_NEAR(targets[i], 0.75f * one_hot()[i] + 0.25f * expected[i], 1e-5) << i;
  }
}

TEST(Teacher, IsTheMeanOfAnEnsemble) {
  Model a = random_model("baseline_cnn"), b = random_model("mobilenet_v2");
  const std::vector<float> p = probabilities_of(a), q = probabilities_of(b);
  const Model both = make_ensemble({a, b});
  std::vector<float> targets = one_hot();
  Teacher(both, a.classes, a.preprocess).teach(seen_by(a.preprocess), 1, 1, targets);
  for (std::size_t i = 0; i < targets.size(); ++i) EXPECT_NEAR(targets[i], (p[i] + q[i]) / 2, 1e-5) << i;
}

TEST(Teacher, KnowsTheClassesOfTheData) {
  const Model model = random_model("baseline_cnn");
  EXPECT_THAT(error_of(ErrorKind::Usage,
                       [&] {
                         Teacher(model, {"a", "b", "c", "e", "d"}, model.preprocess);
                       }),
              ::testing::HasSubstr("a, b, c, d, e"));
}

TEST(Trainer, LearnsFromATeacherThatKnows) {
  const TemporaryFolder folder;
  Config config = small_config();
  config.stages = {{.epochs = 6}};
  train(cells(), config, folder.path() / "teacher", {}, {});

  config.distill = {.teacher = (folder.path() / "teacher").string(), .weight = 1};
  config.stages[0].epochs = 3;
  config.train.seed = 2;
  const TrainObserver quiet;
  const TrainLaunch whole, part{.stop_after = 2};
  train(cells(), config, folder.path() / "student", whole, quiet);
  train(cells(), config, folder.path() / "cut", part, quiet);
  train(cells(), config, folder.path() / "cut", {.resume = true}, quiet);
  expect_same(Remains(folder.path() / "student"), Remains(folder.path() / "cut"));

  // Without the teacher, the same seed goes another way.
  config.distill = {};
  train(cells(), config, folder.path() / "alone", whole, quiet);
  EXPECT_NE(Remains(folder.path() / "alone").model, Remains(folder.path() / "student").model);
}

TEST(Trainer, RefusesATeacherOfOtherClasses) {
  const TemporaryFolder folder;
  write_model(folder.path() / "five.giemsa", random_model("baseline_cnn"));
  Config config = small_config();
  config.distill.teacher = (folder.path() / "five.giemsa").string();
  EXPECT_THAT(
      error_of(ErrorKind::Usage, [&] { train(cells(), config, folder.path() / "run", {}, {}); }),
      ::testing::AllOf(::testing::HasSubstr("distill.teacher"), ::testing::HasSubstr("erythroblast")));
}

}  // namespace
}  // namespace giemsa::testing
