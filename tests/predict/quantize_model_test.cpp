#include "giemsa/predict/quantize_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/run/ensemble.h"
#include "predict/random_model.h"

namespace giemsa {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

PictureList noises(std::size_t count) {
  return {count, [](std::size_t i) { return testing::noise(i); },
          [](std::size_t i) { return std::to_string(i); }};
}

TEST(QuantizeModel, TellsTheErrorOfEachLayer) {
  const Model model = testing::random_model("mobilenet_v2");
  const QuantizedModel quantized = quantize_model(model, noises(6), {.agreement = 0}, 2, {});
  ASSERT_EQ(quantized.layers.size(), 53u) << "52 convolutions and the dense layer";
  EXPECT_EQ(quantized.layers.front().layer, "features.0.0");
  EXPECT_TRUE(quantized.layers.back().kept);
  EXPECT_EQ(quantized.quantization.kept, std::set<std::string>{"classifier.1"});
  EXPECT_EQ(quantized.quantization.pictures, 6);
  for (const LayerError& layer : quantized.layers) {
    EXPECT_TRUE(layer.kept || layer.error > 0) << layer.layer;
    EXPECT_LT(layer.error, 0.2) << layer.layer;
  }
}

TEST(QuantizeModel, KeepsLayersInFloatsUntilTheAnswersAgree) {
  const Model model = testing::random_model("mobilenet_v2");
  // No network agrees with itself more than always: all layers are kept in the end.
  const QuantizedModel all = quantize_model(model, noises(4), {.agreement = 1.1}, 1, {});
  EXPECT_EQ(all.quantization.kept.size(), all.layers.size());
  EXPECT_EQ(all.error, 0);
  EXPECT_EQ(all.agreement, 1);
}

TEST(QuantizeModel, IsTheSameForAnyThreadCount) {
  const Model model = testing::random_model("resnet18");
  const QuantizedModel one = quantize_model(model, noises(5), {}, 1, {});
  const QuantizedModel three = quantize_model(model, noises(5), {}, 3, {});
  EXPECT_EQ(one.quantization, three.quantization);
}

TEST(QuantizeModel, LeavesOutWhatCannotBeRead) {
  PictureList pictures = noises(3);
  pictures.load = [](std::size_t i) -> Image {
    if (i == 1) throw Error(ErrorKind::Data, "[image] broken");
    return testing::noise(i);
  };
  EXPECT_EQ(quantize_model(testing::random_model("resnet18"), pictures, {}, 1, {}).quantization.pictures, 2);
  pictures.count = 0;
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] { quantize_model(testing::random_model("resnet18"), pictures, {}, 1, {}); }),
              HasSubstr("no picture could be read"));
}

TEST(QuantizeModel, TheClassifierThenMultipliesIntegers) {
  Model model = testing::random_model("resnet18");
  const Image picture = testing::noise(3);
  const std::vector<float> floats = Classifier(model).evidence(picture).logits;
  model.quantization = quantize_model(model, noises(8), {}, 1, {}).quantization;
  const std::vector<float> integers = Classifier(model).evidence(picture).logits;
  EXPECT_NE(integers, floats);
  for (std::size_t k = 0; k < floats.size(); ++k) EXPECT_NEAR(integers[k], floats[k], 0.3);
}

TEST(QuantizeModel, AnEnsembleIsRefused) {
  const Model ensemble =
      make_ensemble({testing::random_model("resnet18"), testing::random_model("mobilenet_v2")});
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { quantize_model(ensemble, noises(1), {}, 1, {}); }),
              HasSubstr("[quantize] an ensemble"));
}

}  // namespace
}  // namespace giemsa
