#include "giemsa/explain/explain.h"
#include "core/error_matchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "core/error_matchers.h"
#include "giemsa/core/error.h"
#include "giemsa/image/symmetry.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {
namespace {

constexpr int kSidePx = 48;

/// Pixels [left, right) × [top, bottom).
struct Place {
  int left, top, right, bottom;
  bool has(int x, int y) const { return x >= left && x < right && y >= top && y < bottom; }
};
constexpr Place kWatched{28, 8, 44, 24};  ///< where the model below looks
constexpr Place kElsewhere{4, 28, 20, 44};

/// A model that must look at one place: its class "red" is the redness of kWatched, by 16 of the 144
/// positions of the last map (4 px each); "grey" is what remains.
Model watching_model() {
  Model model;
  model.network = "baseline_cnn";
  model.options = {.classes = 2, .input_px = kSidePx};
  model.preprocess = {.input_px = kSidePx, .mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}};
  model.classes = {"red", "grey"};
  const Graph graph = model.graph();
  const auto set = [&](const std::string& name, auto fill) {
    const auto param = std::ranges::find(graph.params, name, &Param::name);
    model.weights[name] = HostTensor::make(param->shape, [&](std::span<float> values) {
      std::ranges::fill(values, 0.f);
      fill(values);
    });
  };
  for (const Param& param : graph.params) set(param.name, [](std::span<float>) {});
  constexpr std::size_t kMiddle = 4;  // of 3 × 3
  set("1.conv.weight", [](std::span<float> w) {
    w[kMiddle] = 1;
    w[9 + kMiddle] = w[18 + kMiddle] = -0.5f;
  });
  set("2.conv.weight", [](std::span<float> w) { w[kMiddle] = 1; });
  set("head.fc1.weight", [](std::span<float> w) {
    for (int y = kWatched.top / 4; y < kWatched.bottom / 4; ++y)
      for (int x = kWatched.left / 4; x < kWatched.right / 4; ++x)
        w[static_cast<std::size_t>(y * 12 + x)] = 1.f / 16;
  });
  set("head.fc2.weight", [](std::span<float> w) { w[0] = 6; });
  set("head.fc2.bias", [](std::span<float> b) { b[1] = 2; });
  return model;
}

/// Grey, with red places.
Image picture_with(std::initializer_list<Place> places) {
  Image picture(kSidePx, kSidePx);
  for (int y = 0; y < kSidePx; ++y) {
    for (int x = 0; x < kSidePx; ++x) {
      const bool red = std::ranges::any_of(places, [&](const Place& place) { return place.has(x, y); });
      std::uint8_t* pixel = picture.row(y) + 3 * x;
      pixel[0] = red ? 200 : 128;
      pixel[1] = pixel[2] = red ? 30 : 128;
    }
  }
  return picture;
}

/// Where a place of a square lies once `view` has been undone on it.
Place turned_place(const Place& place, Symmetry view) {
  const Image lain = turned(picture_with({place}), parts_of(inverse(view)));
  Place found{kSidePx, kSidePx, 0, 0};
  for (int y = 0; y < kSidePx; ++y) {
    for (int x = 0; x < kSidePx; ++x) {
      if (lain.row(y)[3 * x] != 200) continue;
      found = {std::min(found.left, x), std::min(found.top, y), std::max(found.right, x + 1),
               std::max(found.bottom, y + 1)};
    }
  }
  return found;
}

double share_on(const Explanation& seen, const Place& place) {
  double on = 0, all = 0;
  for (int y = 0; y < kSidePx; ++y) {
    for (int x = 0; x < kSidePx; ++x) {
      const double value = seen.saliency[static_cast<std::size_t>(y * kSidePx + x)];
      all += value;
      if (place.has(x, y)) on += value;
    }
  }
  return on / all;
}

TEST(Explainer, LightsThePlaceThatTheModelLooksAtNotOneThatLooksAlike) {
  const Explainer explainer(watching_model());
  const Image picture = picture_with({kWatched, kElsewhere});
  for (const ExplainMethod method :
       {ExplainMethod::Fused, ExplainMethod::LayerCam, ExplainMethod::Occlusion}) {
    const Explanation seen = explainer.explain(picture, {.method = method, .views = 1});
    EXPECT_EQ(seen.class_index, 0);
    EXPECT_GT(seen.probability, 0.99);
    ASSERT_EQ(seen.saliency.size(), std::size_t{kSidePx * kSidePx});
    EXPECT_EQ(std::ranges::max(seen.saliency), 1);
    EXPECT_EQ(std::ranges::min(seen.saliency), 0);
    EXPECT_GT(share_on(seen, kWatched), method == ExplainMethod::Occlusion ? 0.75 : 0.95);
    EXPECT_LT(share_on(seen, kElsewhere), 0.02);
    EXPECT_GT(seen.share, 0);
    EXPECT_LT(seen.share, 0.1);
  }
}

TEST(Explainer, RefusesGradientsThatOverflow) {  // where the answer is an ordinary number
  Model model = watching_model();
  const auto multiply = [&](const char* name, float factor) {
    HostTensor& tensor = model.weights.at(name);
    const std::vector<float> values(tensor.values().begin(), tensor.values().end());
    tensor = HostTensor::make(tensor.shape, [&](std::span<float> out) {
      std::ranges::transform(values, out.begin(), [&](float value) { return value * factor; });
    });
  };
  multiply("1.conv.weight", 4e-38f);
  multiply("2.conv.weight", 3e38f);
  multiply("head.fc1.weight", 600.f);
  const Explainer explainer(model);
  EXPECT_THAT(
      testing::error_of(ErrorKind::Model,
                        [&] { explainer.explain(picture_with({kWatched}), {.class_index = 0, .views = 1}); }),
      ::testing::HasSubstr("the network's answer is not a number"));
}

TEST(Explainer, GradCamWeighsWholeChannelsAndLightsBoth) {
  const Explainer explainer(watching_model());
  const Explanation seen =
      explainer.explain(picture_with({kWatched, kElsewhere}), {.method = ExplainMethod::GradCam, .views = 1});
  EXPECT_NEAR(share_on(seen, kWatched), share_on(seen, kElsewhere), 0.01);
  EXPECT_GT(share_on(seen, kWatched), 0.35);
}

TEST(Explainer, EvidenceAndConfidenceCollapseWithoutWhatItLooksAt) {
  const Explainer explainer(watching_model());
  for (const ExplainMethod method :
       {ExplainMethod::Fused, ExplainMethod::LayerCam, ExplainMethod::GradCam, ExplainMethod::Occlusion}) {
    const Explanation with = explainer.explain(picture_with({kWatched}), {.method = method, .views = 1});
    const Explanation without =
        explainer.explain(picture_with({}), {.method = method, .class_index = 0, .views = 1});
    EXPECT_GT(with.probability, 0.99);
    EXPECT_LT(without.probability, 0.2);
    EXPECT_GT(with.mass, 0);
    EXPECT_LT(without.mass, 0.01 * with.mass) << explain_method_name(method);
  }
  const Explanation nothing = explainer.explain(picture_with({}), {.class_index = 0, .views = 1});
  EXPECT_THAT(nothing.saliency, ::testing::Each(0.f));
  EXPECT_EQ(nothing.share, 0);
}

TEST(Explainer, FollowsTheWeightsToAnotherPlace) {
  Model model = watching_model();
  const Explanation before = Explainer(model).explain(picture_with({kWatched, kElsewhere}), {.views = 1});
  model.weights["head.fc1.weight"] =
      HostTensor::make(model.weights["head.fc1.weight"].shape, [](std::span<float> w) {
        std::ranges::fill(w, 0.f);
        for (int y = kElsewhere.top / 4; y < kElsewhere.bottom / 4; ++y)
          for (int x = kElsewhere.left / 4; x < kElsewhere.right / 4; ++x)
            w[static_cast<std::size_t>(y * 12 + x)] = 1.f / 16;
      });
  const Explanation after = Explainer(model).explain(picture_with({kWatched, kElsewhere}), {.views = 1});
  EXPECT_GT(share_on(before, kWatched), 0.95);
  EXPECT_GT(share_on(after, kElsewhere), 0.95);
}

TEST(Explainer, AnswersAsTheClassifierDoes) {
  const Model model = watching_model();
  const Image picture = picture_with({kElsewhere});
  const Explanation seen = Explainer(model).explain(picture);
  EXPECT_EQ(seen.probabilities, Classifier(model).classify(picture));
  EXPECT_EQ(seen.class_index, 1);
  EXPECT_EQ(seen.probability, seen.probabilities[1]);
}

TEST(Explainer, SeesTheCentreSquareOnly) {
  Model model = watching_model();
  model.preprocess.crop_px = kSidePx;
  const Image inner = picture_with({kWatched});
  Image outer(kSidePx + 20, kSidePx + 10);
  for (int y = 0; y < kSidePx; ++y) std::copy_n(inner.row(y), inner.stride(), outer.row(y + 5) + 30);
  EXPECT_EQ(Explainer(model).explain(outer).saliency, Explainer(model).explain(inner).saliency);
}

TEST(Explainer, SeesTheCellOfAFrame) {
  // A frame of 360 px: clear ground and a cell, around which is cut to 216 px.
  constexpr int kFrame = 360, kCut = 216, kBorder = (kFrame - kCut) / 2;
  Image frame(kFrame, kFrame);
  std::fill_n(frame.pixels(), frame.bytes().size(), std::uint8_t{230});
  for (int y = 140; y < 200; ++y) {
    for (int x = 150; x < 210; ++x) {
      std::uint8_t* pixel = frame.row(y) + 3 * x;
      pixel[0] = 80;
      pixel[1] = 40;
    }
  }
  Model model = watching_model();
  const auto square_in_frame = [&] {
    const PictureSquare square = Explainer(model).explain(frame).square;
    return std::array{square.left, square.top, square.side};
  };
  EXPECT_EQ(square_in_frame(), (std::array{0, 0, kFrame}));
  model.viewing.cut_frames = true;
  EXPECT_EQ(square_in_frame(), (std::array{kBorder, kBorder, kCut}));
  Image crop(kCut, kCut);
  for (int y = 0; y < kCut; ++y)
    std::copy_n(frame.row(kBorder + y) + 3 * kBorder, crop.stride(), crop.row(y));
  const Explanation whole = Explainer(model).explain(frame), cut = Explainer(model).explain(crop);
  EXPECT_EQ(whole.saliency, cut.saliency);
  EXPECT_EQ(whole.probabilities, cut.probabilities);
  EXPECT_EQ(Explainer(model).square_of(frame).pixels, frame.row(kBorder) + 3 * kBorder);
  model.preprocess.crop_px = 200;
  EXPECT_EQ(square_in_frame(), (std::array{80, 80, 200}));
}

TEST(Explainer, DoesNotDependOnThreads) {
  const Explainer explainer(watching_model());
  const Image picture = picture_with({kWatched});
  const Explanation one = explainer.explain(picture, {.method = ExplainMethod::Occlusion, .threads = 1});
  const Explanation four = explainer.explain(picture, {.method = ExplainMethod::Occlusion, .threads = 4});
  EXPECT_EQ(one.saliency, four.saliency);
  EXPECT_EQ(one.mass, four.mass);
  std::vector<std::vector<float>> maps(4);
  {
    std::vector<std::jthread> users;
    for (auto& map : maps) users.emplace_back([&] { map = explainer.explain(picture).saliency; });
  }
  EXPECT_THAT(maps, ::testing::Each(explainer.explain(picture).saliency));
}

TEST(Explainer, AveragesAnEnsemble) {
  Model first = watching_model(), ensemble;
  ensemble.classes = first.classes;
  ensemble.members = {first, first};
  const Image picture = picture_with({kWatched, kElsewhere});
  const Explanation one = Explainer(first).explain(picture), both = Explainer(ensemble).explain(picture);
  EXPECT_EQ(both.class_index, 0);
  EXPECT_EQ(both.saliency, one.saliency);
  EXPECT_FLOAT_EQ(both.mass, one.mass);
  ensemble.members[1].preprocess.crop_px = 20;
  try {
    const Explainer refused(ensemble);
    FAIL() << "two squares";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_EQ(
        error.message(),
        "[explain] the ensemble's networks look at squares of 0 and 20 px, which cannot be shown as one");
  }
}

/// A place that is watched in one view is another one in the next: what is lit are all its images, at the
/// places of the picture as it lies.
TEST(Explainer, TurnsTheMapsOfAllViewsBack) {
  const Explainer explainer(watching_model());
  const Image picture = picture_with({kWatched});
  const Explanation one = explainer.explain(picture, {.views = 1});
  for (int view = 0; view < kSymmetryCount; ++view) {
    // Two views see red where the model looks: the one that turns the picture back, and the one that mirrors
    // that on the other diagonal, where the place lies partly on itself.
    const Image lain = turned(picture, parts_of(inverse(static_cast<Symmetry>(view))));
    const Place place = turned_place(kWatched, static_cast<Symmetry>(view));
    const Explanation seen = explainer.explain(lain, {.class_index = 0});
    EXPECT_GT(share_on(seen, place), 0.95) << view;
    EXPECT_NEAR(seen.mass, one.mass * 2 / kSymmetryCount, 0.01 * one.mass) << view;
  }
}

TEST(Explainer, RefusesAClassThatThereIsNot) {
  const Explainer explainer(watching_model());
  EXPECT_THROW(explainer.explain(picture_with({}), {.class_index = 2}), Error);
  EXPECT_THROW(explainer.explain(picture_with({}), {.class_index = -2}), Error);
  EXPECT_THROW(explainer.explain(picture_with({}), {.views = 4}), Error);
}

TEST(ExplainMethod, HasAName) {
  for (const ExplainMethod method :
       {ExplainMethod::Fused, ExplainMethod::LayerCam, ExplainMethod::GradCam, ExplainMethod::Occlusion})
    EXPECT_EQ(parse_explain_method(explain_method_name(method)), method);
  try {
    parse_explain_method("layercm");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "[explain] there is no method 'layercm'");
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("layercam"));
  }
}

}  // namespace
}  // namespace giemsa
