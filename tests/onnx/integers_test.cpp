// Networks that multiply 8-bit integers, exported with QuantizeLinear and DequantizeLinear: what is rounded,
// and ONNX Runtime against the native executor.

#include <gmock/gmock.h>

#include <optional>

#include "giemsa/graph/builder.h"
#include "giemsa/models/registry.h"
#include "giemsa/onnx/integer_form.h"
#include "giemsa/onnx/integer_ops.h"
#include "infer/op_cases.h"
#include "infer/residual_network.h"
#include "onnx/exported_network.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;

/// What happens to the value of a node, by name: {scale, zero}; nothing: it stays as it is.
class Form {
 public:
  Form(Graph graph, const Quantization& quantization)
      : graph_(std::move(graph)), form_(integer_form(graph_, quantization, std::array{graph_.output})) {}

  std::optional<ByteCode> reads(const std::string& name) const { return form_.reads[id(name)]; }
  std::optional<ByteCode> rounds(const std::string& name) const { return form_.rounds[id(name)]; }

 private:
  std::size_t id(const std::string& name) const {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (graph_.nodes[i].name == name) return i;
    }
    throw std::out_of_range(name);
  }
  Graph graph_;
  IntegerForm form_;
};

TEST(IntegerForm, RoundsAsTheExecutorDoes) {
  const Form form(residual_network(),
                  {{{"input", 1.27f}, {"relu", 2.55f}, {"y", 1.27f}, {"sum", 2.54f}}, {"head"}});
  EXPECT_EQ(form.reads("x"), (ByteCode{0.01f, 128}));
  EXPECT_EQ(form.rounds("relu"), (ByteCode{0.01f, 0})) << "not negative";
  EXPECT_EQ(form.rounds("x"), std::nullopt);
  EXPECT_EQ(form.rounds("y"), (ByteCode{0.01f, 128}));
  EXPECT_EQ(form.rounds("sum"), (ByteCode{0.02f, 128}));
  EXPECT_EQ(form.rounds("pool"), std::nullopt);
  EXPECT_EQ(form.reads("head"), std::nullopt);
  EXPECT_EQ(form.rounds("head"), std::nullopt);
}

TEST(IntegerForm, GivesAnAddendRoomForSumAndResidual) {
  const Form form(residual_network(), {{{"input", 1.f}, {"relu", 2.f}, {"y", 1.f}, {"sum", 3.f}}, {"head"}});
  const ByteCode z = form.rounds("z").value();  // in [-3 - 2, 3 - 0]
  EXPECT_NEAR(z.scale, 8.f / 255, 1e-6);
  EXPECT_EQ(z.zero, 159);
}

TEST(IntegerForm, GivesAnAddendRoomForWhatAnActivationBehindTheSumMayRead) {
  GraphBuilder g({8, 6, 6});
  const Value x = g.conv("x", g.input(), 8, {});
  const Value sum = g.add("sum", x, g.conv("z", g.conv("y", x, 32, {}), 8, {}));
  const Value a = g.activation("a", sum, Activation::HardSwish);
  const Graph graph = g.finish(a, g.linear("head", g.global_avg_pool("pool", a), 4), "head");
  const Form form(graph, {{{"input", 1.f}, {"x", 2.f}, {"y", 1.f}, {"a", 1.f}}, {"head"}});
  const ByteCode z = form.rounds("z").value();  // the sum in [-3, 3], of it 2 from x
  EXPECT_NEAR(z.scale, 10.f / 255, 1e-6);
  EXPECT_NEAR(z.zero, 127.5, 0.5);
}

TEST(IntegerForm, RoundsNothingBeforeALayerInFloats) {
  const Form form(residual_network(),
                  {{{"input", 1.f}, {"relu", 2.f}, {"y", 1.f}, {"sum", 3.f}}, {"y", "head"}});
  EXPECT_EQ(form.rounds("relu"), std::nullopt) << "y reads it, and ONNX Runtime would take y for integers";
  EXPECT_EQ(form.reads("y"), std::nullopt);
  EXPECT_NE(form.reads("z"), std::nullopt);
}

TEST(IntegerForm, RoundsNothingBeforeAPoolBeforeALayerInFloats) {
  for (const bool in_floats : {false, true}) {
    GraphBuilder g({8, 8, 8});
    const Value a = g.activation("a", g.conv("c", g.input(), 8, {}), Activation::Relu);
    const Value d = g.conv("d", g.max_pool("pool", a, {}), 8, {});
    const Graph graph = g.finish(d, g.linear("head", g.global_avg_pool("mean", d), 4), "head");
    Quantization quantization{{{"input", 1.f}, {"a", 4.f}, {"pool", 4.f}, {"d", 2.f}}, {"head"}};
    if (in_floats) quantization.kept.insert("d");
    EXPECT_EQ(Form(graph, quantization).rounds("a").has_value(), !in_floats);
  }
}

TEST(IntegerForm, RoundsBeforeCurvedActivations) {
  const std::map<Activation, std::pair<float, float>> room = {
      {Activation::Silu, {-6, 4.28f}},    {Activation::Gelu, {-3, 4.17f}}, {Activation::HardSwish, {-3, 4}},
      {Activation::HardSigmoid, {-3, 3}}, {Activation::Sigmoid, {-6, 6}},  {Activation::LeakyRelu, {-40, 4}}};
  for (const auto& [activation, ends] : room) {
    GraphBuilder g({8, 6, 6});
    const Value c = g.conv("c", g.input(), 8, {});
    const Value a =
        activation == Activation::LeakyRelu ? g.leaky_relu("a", c, 0.1f) : g.activation("a", c, activation);
    const Graph graph = g.finish(a, g.linear("head", g.global_avg_pool("pool", a), 4), "head");
    const ByteCode code = Form(graph, {{{"input", 1.f}, {"a", 4.f}}, {"head"}}).rounds("c").value();
    EXPECT_NEAR(code.scale * (0.f - code.zero), ends.first, 0.5f * code.scale + 1e-5f);
    EXPECT_NEAR(code.scale * (255.f - code.zero), ends.second, 0.5f * code.scale + 1e-5f);
  }
}

template <class T>
std::vector<T> constant(const OnnxModel& model, const std::string& name) {
  for (const OnnxConstant& constant : model.constants) {
    if (constant.name == name) return std::get<std::vector<T>>(constant.values);
  }
  throw std::out_of_range(name);
}
std::vector<float> floats(const OnnxModel& model, const std::string& name) {
  for (const OnnxConstant& constant : model.constants) {
    if (constant.name != name) continue;
    const HostTensor tensor = std::get<std::function<HostTensor()>>(constant.values)();
    return {tensor.values().begin(), tensor.values().end()};
  }
  throw std::out_of_range(name);
}

TEST(IntegerWeights, HaveBiasesOf32BitsThatFit) {
  const std::vector<float> weight = {0.5f, -1.27f, 1e-20f, 0, 0, 0}, bias = {0.25f, 3.f, -2.f};
  const ScaledLayer layer{
      HostTensor::make({3, 2}, [&](std::span<float> out) { std::ranges::copy(weight, out.begin()); }),
      {},
      bias};
  Emitter emit(kOnnxIntegerOpset);
  emit_integer_weights(emit, "c", layer, {0.02f, 0});
  const OnnxModel model = std::move(emit).take();
  EXPECT_THAT(constant<std::int8_t>(model, "c.weight"), ElementsAre(50, -127, 0, 0, 0, 0));
  EXPECT_FLOAT_EQ(floats(model, "c.weight.scale")[0], 0.01f);
  const auto integers = constant<std::int32_t>(model, "c.bias");
  const std::vector<float> steps = floats(model, "c.bias.scale");
  EXPECT_EQ(integers[0], 1250);  // 0.25 / (0.01 · 0.02)
  for (std::size_t o = 0; o < 3; ++o) {
    EXPECT_LE(std::abs(integers[o]), 1 << 30) << o;
    EXPECT_NEAR(static_cast<float>(integers[o]) * steps[o], bias[o], 2e-4f) << o;
  }
}

/// Networks of all kinds of layers, and what ONNX Runtime is to join of their layers with integers.
struct NetworkCase {
  const char* name;
  int convolutions, dense, sums;
};

class OnnxIntegerNetworks : public ::testing::TestWithParam<NetworkCase> {};

TEST_P(OnnxIntegerNetworks, Agree) {
  const NetworkCase& param = GetParam();
  const ExportedNetwork network(build_model(param.name, {.classes = 8, .input_px = 96}),
                                Arithmetic::Integers);
  EXPECT_THAT(network.check(), ElementsAre(-1, 8));
  GIEMSA_NEEDS_ONNX_RUNTIME();
  // Random weights are unkind: integers and floats are as far apart.
  const auto [from_ours, ours_from_floats] = network.integer_differences();
  EXPECT_LE(from_ours, 0.08);
  EXPECT_GT(ours_from_floats, 0) << "no integers were multiplied";
  std::map<std::string, int> operations = network.operations_in_onnx_runtime();
  EXPECT_EQ(operations["QLinearConv"], param.convolutions);
  EXPECT_EQ(operations["QGemm"], param.dense);
  EXPECT_EQ(operations["QLinearAdd"], param.sums);
}

INSTANTIATE_TEST_SUITE_P(
    Onnx, OnnxIntegerNetworks,
    ::testing::Values(NetworkCase{"mobilenet_v1_keras", 27, 0, 0}, NetworkCase{"mobilenet_v2", 52, 0, 10},
                      NetworkCase{"mobilenet_v3_small", 43, 1, 6}, NetworkCase{"squeezenet1_1", 25, 0, 0},
                      NetworkCase{"resnet18", 20, 0, 8}, NetworkCase{"efficientnet_b0", 49, 0, 9},
                      NetworkCase{"convnext_atto", 16, 24, 0}),
    [](const auto& test) { return std::string(test.param.name); });

class OnnxIntegerOps : public ::testing::TestWithParam<OpCase> {};

TEST_P(OnnxIntegerOps, Agree) {
  const ExportedNetwork network(network_of(GetParam(), 7), Arithmetic::Integers);
  EXPECT_THAT(network.check(), ElementsAre(-1, 7));
  GIEMSA_NEEDS_ONNX_RUNTIME();
  // Nothing where no convolution's result is rounded once more; a step of 8 bits where it is.
  EXPECT_LE(network.integer_differences().first, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Onnx, OnnxIntegerOps, ::testing::ValuesIn(kOpCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace giemsa::testing
