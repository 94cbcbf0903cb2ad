// Models and weights that cannot be used: exit code 5, or 4 when they are not there.

#include "cli/test_folder.h"
#include "giemsa/formats/safetensors.h"

namespace giemsa::testing {
namespace {

/// A folder of cells and, for each fault, a copy of a good model with that fault.
class ModelErrors : public ::testing::Test {
 protected:
  ModelErrors() {
    folder_.make_cells("cells", 3);
    folder_.make_model("model");
  }
  std::string copy(const std::string& name) const {
    std::filesystem::copy(folder_.path("model"), folder_.path(name));
    return name;
  }
  void write_weights(const std::string& relative, const char* network) const {
    const Graph graph = build_model(network, {.classes = kCellClassCount, .input_px = 32});
    write_safetensors(folder_.path(relative), initialise(graph, 1), {});
  }
  static std::vector<std::string> predict(const std::string& model) {
    return {"predict", "cells", "--model", model};
  }

  TestFolder folder_;
};

TEST_F(ModelErrors, NotThere) {
  std::filesystem::remove(folder_.path(copy("no_json")) / "model.json");
  expect_failures(folder_, ErrorKind::Io,
                  {
                      {predict("nowhere"), {"no model at nowhere", "model.json", "giemsa train"}},
                      {predict("cells"), {"no model at cells"}},
                      {predict("no_json"), {"no model at no_json", "model.json"}},
                  });
}

TEST_F(ModelErrors, Damaged) {
  std::filesystem::remove(folder_.path(copy("no_weights")) / "weights.safetensors");
  folder_.cut(copy("cut") + "/weights.safetensors");
  folder_.write(copy("empty") + "/weights.safetensors", "");
  folder_.write(copy("text") + "/weights.safetensors", "this is no safetensors file");
  write_weights(copy("other") + "/weights.safetensors", "convnext_atto");
  folder_.cut(copy("cut_json") + "/model.json");
  folder_.write(copy("format") + "/model.json", "{\"format\": 99}");
  folder_.write(copy("fields") + "/model.json", "{\"format\": 1}");
  expect_failures(
      folder_, ErrorKind::Model,
      {
          {predict("no_weights"), {"no_weights: weights.safetensors is missing"}},
          {predict("cut"), {"cut/weights.safetensors", "the file is damaged"}},
          {predict("empty"), {"empty/weights.safetensors", "the file is damaged"}},
          {predict("text"), {"text/weights.safetensors", "the file is damaged"}},
          {predict("other"), {"does not fit the network", "is missing", "more"}},
          {predict("cut_json"), {"cut_json: model.json is not a JSON object"}},
          {predict("format"), {"format 99", "reads format 1"}},
          {predict("fields"), {"fields: model.json", "'network' not found"}},
          {{"evaluate", "cells", "--model", "cut", "--out", "evaluation"}, {"cut/weights.safetensors"}},
      });
  EXPECT_FALSE(folder_.has("evaluation"));
}

TEST_F(ModelErrors, WeightsToStartFrom) {
  GIEMSA_NEEDS_TRAIN();
  write_weights("convnext.safetensors", "convnext_atto");
  write_weights("cut.safetensors", "convnext_atto");
  folder_.cut("cut.safetensors");
  const auto train = [](const std::string& weights) {
    return std::vector<std::string>{"train", "cells", "--recipe", "quickstart",       "--weights",    weights,
                                    "--out", "run",   "--set",    "data.input_px=32", "train.batch=4"};
  };
  expect_failures(folder_, ErrorKind::Model,
                  {
                      {train("convnext.safetensors"),
                       {"convnext.safetensors does not fit the network beyond its head", "tensors mapped",
                        "left over  ", "missing    ", "--model; `giemsa weights inspect FILE` lists those that fit"}},
                      {train("cut.safetensors"), {"cut.safetensors", "the file is damaged"}},
                  });
  expect_failures(folder_, ErrorKind::Io,
                  {{train("nowhere.safetensors"), {"'nowhere.safetensors'", "No such file"}}});
  EXPECT_FALSE(folder_.has("run/config.toml"));
}

}  // namespace
}  // namespace giemsa::testing
