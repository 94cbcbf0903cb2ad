#include "giemsa/weights/state_dict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/graph/builder.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

/// A dense layer per initialiser, wide enough for figures.
Graph graph_of(const std::vector<std::pair<std::string, Init>>& layers) {
  GraphBuilder g({100, 1, 1});
  Value x = g.input();
  for (const auto& [name, init] : layers) x = g.linear(name, x, 100, {.init = init});
  return g.finish(x, x, layers.back().first);
}

TEST(Initialise, DrawsFromTheNamedDistributions) {
  const Graph graph = graph_of({{"normal", {Init::Kind::Normal, 0.5f}},
                                {"cut", {Init::Kind::TruncatedNormal, 0.02f}},
                                {"uniform", {Init::Kind::Uniform, 0.3f}},
                                {"constant", {Init::Kind::Constant, 7.f}}});
  const StateDict weights = initialise(graph, 1);
  ASSERT_EQ(weights.size(), 8u);
  const struct {
    const char* name;
    double sd, largest;  // 10,000 values: the standard deviation is known to 1 %
  } kCases[] = {
      {"normal.weight", 0.5, 3.0},
      {"cut.weight", 0.02 * 0.8796, 0.04},  // sd of a normal cut at 2 sd
      {"uniform.weight", 0.3 / std::sqrt(3.0), 0.3},
  };
  for (const auto& [name, sd, largest] : kCases) {
    const auto values = weights.at(name).values();
    double sum = 0, squares = 0, most = 0;
    for (const float v : values) {
      sum += v;
      squares += double{v} * v;
      most = std::max(most, std::abs(double{v}));
    }
    const auto n = static_cast<double>(values.size());
    EXPECT_NEAR(sum / n, 0, 4 * sd / std::sqrt(n)) << name;
    EXPECT_NEAR(std::sqrt(squares / n), sd, 0.04 * sd) << name;
    EXPECT_LE(most, largest * (1 + 1e-6)) << name;
    EXPECT_GT(most, 0.9 * std::min(largest, 3 * sd)) << name;
  }
  EXPECT_THAT(weights.at("constant.weight").values(), Each(7.f));
  EXPECT_THAT(weights.at("normal.bias").values(), Each(0.f));
}

TEST(Initialise, DependsOnSeedAndNameOnly) {
  const Init init{Init::Kind::Normal, 1.f};
  const auto values = [&](const std::vector<std::string>& names, std::uint64_t seed, const std::string& of) {
    std::vector<std::pair<std::string, Init>> layers;
    for (const std::string& name : names) layers.emplace_back(name, init);
    const StateDict weights = initialise(graph_of(layers), seed);
    const auto span = weights.at(of + ".weight").values();
    return std::vector<float>(span.begin(), span.end());
  };
  const auto a = values({"a", "b"}, 1, "a");
  EXPECT_EQ(values({"a", "b"}, 1, "a"), a);
  EXPECT_EQ(values({"b", "c", "a"}, 1, "a"), a) << "other layers do not matter";
  EXPECT_NE(values({"a", "b"}, 2, "a"), a);
  EXPECT_NE(values({"a", "b"}, 1, "b"), a);
}

TEST(CheckComplete, NamesWhatDoesNotFit) {
  const Init init{Init::Kind::Constant, 0};
  const Graph graph = graph_of({{"a", init}, {"b", init}, {"c", init}});
  const StateDict good = initialise(graph, 1);
  EXPECT_NO_THROW(check_complete(graph, good, "x.safetensors"));
  const auto fault = [&](const StateDict& weights) {
    return error_of(ErrorKind::Model, [&] { check_complete(graph, weights, "x.safetensors"); });
  };

  StateDict missing = good;
  missing.erase("b.bias");
  EXPECT_THAT(fault(missing), AllOf(HasSubstr("x.safetensors does not fit the network"),
                                    HasSubstr("'b.bias' is missing"), Not(HasSubstr("more"))));
  StateDict reshaped = good;
  reshaped["c.weight"].shape = {50, 200};
  EXPECT_THAT(fault(reshaped), HasSubstr("'c.weight' is 50×200, the network needs 100×100"));
  StateDict extra = good;
  extra["d.weight"] = good.at("a.weight");
  EXPECT_THAT(fault(extra), HasSubstr("7 tensors, the network has 6"));
  EXPECT_THAT(fault({}), AllOf(HasSubstr("'a.weight' is missing; 'a.bias' is missing; 'b.weight' is missing"),
                               HasSubstr("and 3 more"), Not(HasSubstr("c.weight"))));
}

TEST(HostTensor, KnowsItsSize) {
  EXPECT_EQ(HostTensor{}.size(), 1u) << "a scalar";
  EXPECT_EQ((HostTensor{{2, 0, 3}, nullptr}).size(), 0u);
  EXPECT_EQ((HostTensor{{2, 5, 3}, nullptr}).size(), 30u);
  EXPECT_EQ(shape_text(std::vector<std::int64_t>{32, 3, 3, 3}), "32×3×3×3");
  EXPECT_EQ(shape_text({}), "");
}

}  // namespace
}  // namespace giemsa
