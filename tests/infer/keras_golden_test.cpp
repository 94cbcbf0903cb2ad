// MobileNetV2 as Keras 3.16 runs it in double precision (shared data): the whole road from Keras' tensors
// through the import to the features.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "giemsa/weights/import.h"
#include "infer/formula_weights.h"
#include "shared_data.h"

namespace giemsa {
namespace {

const std::filesystem::path kFolder = "golden/keras";

/// One tensor of the list "Conv1/kernel:3x3x3x32", filled by the README's formula.
void add_formula_tensor(StateDict& file, const std::string& listed, const nlohmann::json& golden) {
  const std::size_t colon = listed.rfind(':');
  const std::string name = listed.substr(0, colon), weight = name.substr(name.rfind('/') + 1);
  std::vector<std::int64_t> shape;
  for (const std::string& side : split_text(listed.substr(colon + 1), 'x')) shape.push_back(std::stoll(side));
  float scale = golden.at("bias_amplitude"), offset = 0;
  if (weight == "kernel") {
    const bool depthwise = name.ends_with("_depthwise/kernel");
    const std::int64_t fan_in = shape[0] * shape[1] * (depthwise ? 1 : shape[2]);
    scale = testing::formula_scale(golden.at(name == "Conv1/kernel" ? "stem_gain" : "gain"), fan_in);
  } else if (weight == "gamma" || weight == "moving_variance") {
    scale = 0.2f;
    offset = 1;
  }
  file[name] = testing::formula_tensor(name, std::move(shape), scale, offset);
}

StateDict keras_weights(const nlohmann::json& golden) {
  const CsvTable layers = CsvTable::read(testing::shared_data(kFolder / "MobileNetV2.layers.csv"));
  StateDict file;
  for (const auto& row : layers.rows()) {
    const std::string& listed = row[layers.column("weights")];
    if (listed.empty()) continue;
    for (const std::string& tensor : split_text(listed, ';')) add_formula_tensor(file, tensor, golden);
  }
  return file;
}

/// The README's picture, RGB 0…255, as Keras' preprocess_input leaves it: x / 127.5 - 1.
std::vector<float> picture(std::int64_t side_px) {
  std::vector<float> values(static_cast<std::size_t>(side_px * side_px * 3));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t level = testing::formula_bits(fnv1a("input"), i) >> 16;  // of 2^24 → of 2^8
    values[i] = static_cast<float>(static_cast<double>(level) / 127.5 - 1);
  }
  return values;
}

class KerasMobileNetV2 : public ::testing::TestWithParam<const char*> {};

TEST_P(KerasMobileNetV2, AgreesAfterTheImport) {
  GIEMSA_NEEDS_SHARED(kFolder / GetParam());
  std::ifstream stream(testing::shared_data(kFolder / GetParam()));
  const nlohmann::json golden = nlohmann::json::parse(stream);
  const std::int64_t input_px = golden.at("input_shape").at(1);
  const Graph graph = build_model("mobilenet_v2_keras", {.classes = 8, .input_px = input_px});
  const Import imported = import_weights(graph, keras_weights(golden), initialise(graph, 1), "by formula");
  EXPECT_EQ(imported.report.mapped.size(), 260u);
  const std::vector<float> image = picture(input_px);
  EXPECT_LE(
      testing::worst_difference(testing::strided64(image), golden.at("input_preprocessed").at("strided64")),
      1e-6);

  nlohmann::json maps = golden.at("intermediate");
  maps[golden.at("output_layer").get<std::string>()] = golden.at("output");
  ASSERT_EQ(maps.size(), 7u);
  for (const auto& [layer, figures] : maps.items()) {
    NodeId until = 0;
    while (graph.nodes.at(until).keras_name != layer) ++until;
    const Shape& shape = graph.nodes[until].shape;
    EXPECT_EQ((std::vector<std::int64_t>{1, shape.height, shape.width, shape.channels}),
              figures.at("shape").get<std::vector<std::int64_t>>())
        << layer;
    std::vector<float> out(static_cast<std::size_t>(shape.size()));
    NativeExecutor(graph, imported.weights, until).run(image, 1, 1, out);
    EXPECT_LE(testing::worst_difference(testing::strided64(out), figures.at("strided64")),
              1e-4 * figures.at("std").get<double>())
        << layer;
    double sum = 0;
    for (const float value : out) sum += std::abs(value);
    EXPECT_NEAR(sum / figures.at("abs_sum").get<double>(), 1, 1e-5) << layer << ": the whole map";
  }
  EXPECT_EQ(graph.nodes[graph.features].keras_name, golden.at("output_layer"));
}

INSTANTIATE_TEST_SUITE_P(Infer, KerasMobileNetV2,
                         ::testing::Values("MobileNetV2.json", "MobileNetV2.s101.json"),
                         [](const auto& test) { return test.index == 0 ? "At96Px" : "At101Px"; });

TEST(FormulaWeights, AreThoseOfTheReadme) {
  // Worked values of the README, and its input.
  const auto value = [](const char* name, std::uint64_t i, float scale, float offset) {
    return (static_cast<float>(testing::formula_bits(fnv1a(name), i)) * 0x1p-24f - 0.5f) * scale + offset;
  };
  EXPECT_FLOAT_EQ(value("bn_Conv1/gamma", 5, 0.2f, 1), 0.992740452f);
  EXPECT_FLOAT_EQ(value("block_1_depthwise/kernel", 100, testing::formula_scale(1.5, 9), 0), 0.576899052f);
  const std::vector<float> image = picture(96);
  const int first[] = {25, 37, 146};
  for (int i = 0; i < 3; ++i) EXPECT_FLOAT_EQ(image[i], static_cast<float>(first[i] / 127.5 - 1));
  EXPECT_FLOAT_EQ(image[27647], static_cast<float>(12 / 127.5 - 1));
}

}  // namespace
}  // namespace giemsa
