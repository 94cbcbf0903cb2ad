#include "giemsa/predict/classifier.h"

#include <cmath>
#include <mutex>
#include <numeric>
#include <set>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/data/source.h"
#include "giemsa/synth/synthesise.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

TEST(Classifier, IsPreprocessingThenTheNetworkThenSoftmax) {
  for (const char* network : {"baseline_cnn", "mobilenet_v2_keras", "convnext_atto"}) {
    for (const std::int64_t crop_px : {0, 24}) {
      const Model model = random_model(network, crop_px);
      const Classifier classifier(model);
      const NativeExecutor executor(model.graph(), model.weights);
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const Image input = crop_and_resize(noise(seed), model.preprocess);
        std::vector<float> pixels(32 * 32 * 3), logits(5);
        normalise(input, model.preprocess, pixels.data());
        executor.run(pixels, 1, 1, logits);
        std::vector<double> expected;
        for (const float logit : logits) expected.push_back(std::exp(double{logit}));
        const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
        for (double& value : expected) value /= sum;

        EXPECT_THAT(classifier.classify(noise(seed)), Pointwise(FloatNear(1e-6f), expected)) << network;
      }
    }
  }
}

TEST(Classifier, KeepsWhatDescribesItsModel) {
  const Classifier classifier(random_model("baseline_cnn", 24));
  EXPECT_THAT(classifier.classes(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(classifier.model().network, "baseline_cnn");
  EXPECT_EQ(classifier.model().preprocess.crop_px, 24);
  EXPECT_TRUE(classifier.model().weights.empty()) << "they are held twice";
}

TEST(Classifier, OpensModelFoldersAndRunFolders) {
  const TemporaryFolder folder;
  const Model model = random_model("baseline_cnn");
  write_model(folder.path() / "run/model.giemsa", model);
  const std::vector<float> expected = Classifier(model).classify(noise(1));
  EXPECT_EQ(Classifier(read_model(folder.path() / "run")).classify(noise(1)), expected);
  EXPECT_EQ(Classifier(read_model(folder.path() / "run/model.giemsa")).classify(noise(1)), expected);
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_model(folder.path()); }), HasSubstr("there is no model at"));
}

TEST(Classifier, RefusesAnEmptyPicture) {
  const Classifier classifier(random_model("baseline_cnn"));
  EXPECT_THROW(classifier.classify(ImageView{}), Error);
}

constexpr std::size_t kCount = 23;

Answers classify_noise(const Classifier& classifier, int threads) {
  return classify_all(
      classifier, kCount, [](std::size_t i) { return noise(i); },
      [](std::size_t i) { return "noise " + std::to_string(i); }, threads, {});
}

TEST(ClassifyAll, GivesTheSameBitsForAnyNumberOfThreads) {
  const Classifier classifier(random_model("mobilenet_v2"));
  std::vector<float> one_by_one;
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::vector<float> row = classifier.classify(noise(i));
    one_by_one.insert(one_by_one.end(), row.begin(), row.end());
  }
  for (const int threads : {1, 2, 5, 0}) {
    const Answers answers = classify_noise(classifier, threads);
    EXPECT_EQ(answers.probabilities, one_by_one) << threads << " threads";
    EXPECT_THAT(answers.readable, Each(true));
    EXPECT_TRUE(answers.findings.empty());
  }
}

TEST(ClassifyAll, MakesABrokenPictureAFindingInTheRightOrder) {
  const Classifier classifier(random_model("baseline_cnn"));
  const std::vector<float> whole = classify_noise(classifier, 1).probabilities;
  for (const int threads : {1, 3}) {
    std::set<std::uint64_t> done;
    std::mutex mutex;
    const Answers answers = classify_all(
        classifier, kCount,
        [](std::size_t i) -> Image {
          if (i == 17) throw Error(ErrorKind::Data, "[png] half a picture");
          if (i == 4) throw Error(ErrorKind::Io, "[file] no such file");
          return noise(i);
        },
        [](std::size_t i) { return "noise " + std::to_string(i); }, threads,
        [&](std::uint64_t now, std::uint64_t total) {
          const std::lock_guard lock(mutex);
          EXPECT_EQ(total, kCount);
          done.insert(now);
        });
    EXPECT_EQ(done.size(), kCount) << "progress counts each picture once";
    std::vector<std::string> findings;
    for (const Finding& f : answers.findings)
      findings.push_back(f.record + "|" + f.reason + "|" + f.evidence);
    EXPECT_THAT(findings, ElementsAre("noise 4|unreadable|[file] no such file",
                                      "noise 17|corrupt|[png] half a picture"));
    for (std::size_t i = 0; i < kCount; ++i) {
      const bool broken = i == 4 || i == 17;
      EXPECT_EQ(answers.readable[i], !broken) << i;
      for (std::size_t k = 0; k < 5; ++k) {
        EXPECT_EQ(answers.probabilities[5 * i + k], broken ? 0 : whole[5 * i + k]) << i;
      }
    }
  }
}

TEST(ClassifyAll, PassesOnWhatIsNotThePicturesFault) {
  const Classifier classifier(random_model("baseline_cnn"));
  EXPECT_THAT(error_of(ErrorKind::Usage,
                       [&] {
                         classify_all(
                             classifier, 3,
                             [](std::size_t) -> Image { throw Error(ErrorKind::Usage, "wrong size"); },
                             [](std::size_t) { return ""; }, 2, {});
                       }),
              HasSubstr("wrong size"));
}

TEST(ClassifyAll, AnswersForAFolderOfCells) {
  const TemporaryFolder folder;
  synthesise(folder.path() / "cells", {.per_class = 2, .size_px = 32, .threads = 1});
  const auto broken = folder.path() / "cells/ig/ig_00002.png";
  write_atomic(broken, read_text(broken).substr(0, 100));
  const auto source = open_source(folder.path() / "cells");
  const Classifier classifier(random_model("baseline_cnn"));
  const Answers answers = classify_all(
      classifier, source->records().size(), [&](std::size_t i) { return source->load(i); },
      [&](std::size_t i) { return source->records()[i].id; }, 2, {});
  ASSERT_EQ(answers.findings.size(), 1u);
  EXPECT_EQ(answers.findings[0].record, "ig/ig_00002.png");
  EXPECT_EQ(answers.findings[0].reason, "corrupt");
  EXPECT_EQ(std::count(answers.readable.begin(), answers.readable.end(), 1), 15);
}

}  // namespace
}  // namespace giemsa::testing
