#include <gtest/gtest.h>

#include <algorithm>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "trust/example.h"

namespace giemsa {
namespace {

using nlohmann::json;
using testing::Example;

class TrustFile : public ::testing::Test {
 protected:
  /// The kind of error that reading ends with; nothing when it succeeds.
  std::optional<ErrorKind> reading(std::size_t classes = 3) const {
    try {
      read_trust(folder(), classes);
    } catch (const Error& error) {
      return error.kind();
    }
    return {};
  }
  std::filesystem::path folder() const { return folder_.path(); }

  const Example example_ = Example(60);

 private:
  TemporaryFolder folder_;
};

TEST_F(TrustFile, ComesBackBitForBit) {
  for (const char* calibration : {"temperature", "vector", "none"}) {
    const Trust trust = fit_trust(example_.data(), {.calibration = calibration});
    write_trust(folder(), trust);
    const Trust read = read_trust(folder(), 3);
    EXPECT_EQ(read.calibration.has_value(), trust.calibration.has_value());
    EXPECT_EQ(read.validation_pictures, 60);
    EXPECT_EQ(read.training_pictures, 300);
    EXPECT_EQ(read.conformal->level, 0.95);
    for (std::size_t i = 0; i < 60; ++i) {
      const auto logits = std::span(example_.logits).subspan(3 * i, 3);
      const auto features = example_.data().features.row(i);
      const Judgement a = judge(trust, logits, features), b = judge(read, logits, features);
      EXPECT_EQ(a.probabilities, b.probabilities);
      EXPECT_EQ(a.set, b.set);
      EXPECT_EQ(a.novelty, b.novelty);
      EXPECT_EQ(a.verdict, b.verdict);
      EXPECT_EQ(reason(trust, a), reason(read, b));
    }
  }
}

TEST_F(TrustFile, PartsMayBeMissing) {
  EXPECT_TRUE(read_trust(folder(), 3).empty());  // no file
  write_trust(folder(), {});
  EXPECT_TRUE(read_trust(folder(), 3).empty());
  EXPECT_FALSE(std::filesystem::exists(folder() / "trust.safetensors"));
  Trust trust;
  trust.abstention = Abstention{0.9, std::numeric_limits<float>::infinity(), 0.25f};
  write_trust(folder(), trust);
  const Trust read = read_trust(folder(), 3);
  EXPECT_FALSE(read.calibration || read.conformal || read.novelty);
  EXPECT_EQ(read.abstention->coverage, 0.9);
  EXPECT_EQ(read.abstention->most_novelty, std::numeric_limits<float>::infinity());
  EXPECT_EQ(read.abstention->least_confidence, 0.25f);
}

TEST_F(TrustFile, RefusesDamagedJson) {
  write_trust(folder(), fit_trust(example_.data(), {.calibration = "vector"}));
  ASSERT_EQ(reading(), std::nullopt);
  EXPECT_EQ(reading(4), ErrorKind::Model);  // a model of other classes
  const json good = json::parse(read_text(folder() / "trust.json"));
  struct Case {
    const char* path;
    json value;
  };
  for (const Case& c : {Case{"/format", 2},
                        Case{"/fitted_on", nullptr},
                        Case{"/fitted_on/validation_pictures", -1},
                        Case{"/fitted_on/training_pictures", "many"},
                        Case{"/calibration", 3},
                        Case{"/calibration/classes", 2},
                        Case{"/calibration/scale", json::array({1, 1})},
                        Case{"/calibration/scale", json::array({1, 1, 0})},
                        Case{"/calibration/scale", json::array({1, 1, -1})},
                        Case{"/calibration/scale", json::array({1, 1, 1e300})},
                        Case{"/calibration/scale", json::array({1, 1, nullptr})},
                        Case{"/calibration/scale", 0},
                        Case{"/calibration/shift", json::array({1, 1, 1e300})},
                        Case{"/conformal/level", 1},
                        Case{"/conformal/pictures", 61},
                        Case{"/conformal/pictures", 0},
                        Case{"/novelty/features", 19},
                        Case{"/novelty/features", 20.5},
                        Case{"/novelty/axes", 0},
                        Case{"/novelty/axes", 21},
                        Case{"/novelty/axes", 1e300},
                        Case{"/novelty/classes", 2},
                        Case{"/novelty/classes", 4},
                        Case{"/novelty/rest_scale", -1},
                        Case{"/abstention/coverage", 1.5},
                        Case{"/abstention/least_confidence", nullptr},
                        Case{"/abstention/most_novelty", -1}}) {
    json bad = good;
    bad[json::json_pointer(c.path)] = c.value;
    write_atomic(folder() / "trust.json", bad.dump());
    EXPECT_EQ(reading(), ErrorKind::Model) << c.path << " " << c.value;
  }
  for (const char* text : {"", "[]", "{", "{\"format\": 1}"}) {
    write_atomic(folder() / "trust.json", text);
    EXPECT_EQ(reading(), ErrorKind::Model) << text;
  }
}

TEST_F(TrustFile, RefusesDamagedTensors) {
  const Trust good = fit_trust(example_.data());
  const std::vector<std::function<void(Trust&)>> damages{
      [](Trust& t) { t.conformal->scores[3] = NAN; },
      [](Trust& t) { t.conformal->scores.back() = 2; },
      [](Trust& t) { t.conformal->scores.front() = -0.5f; },
      [](Trust& t) { std::ranges::reverse(t.conformal->scores); },
      [](Trust& t) { t.novelty->mean[0] = INFINITY; },
      [](Trust& t) { t.novelty->axis[0] = 1e30f; },
      [](Trust& t) { t.novelty->whitening[0] = NAN; },
      [](Trust& t) { t.novelty->centres[0] = 1e30f; },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    Trust bad = good;
    damages[i](bad);
    write_trust(folder(), bad);
    EXPECT_EQ(reading(), ErrorKind::Model) << i;
  }
  write_trust(folder(), good);
  EXPECT_EQ(reading(), std::nullopt);
  const Bytes bytes = read_bytes(folder() / "trust.safetensors", 1 << 20);
  write_atomic(folder() / "trust.safetensors", std::span(bytes).first(bytes.size() / 2));
  EXPECT_EQ(reading(), ErrorKind::Model);
  std::filesystem::remove(folder() / "trust.safetensors");
  EXPECT_EQ(reading(), ErrorKind::Model);
}

}  // namespace
}  // namespace giemsa
