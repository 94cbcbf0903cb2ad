#include "giemsa/run/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/graph/graph.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Pair;

/// A small network with weights of the given seed, which stands in its facts too.
Model made_model(std::uint64_t seed) {
  Model model{
      .network = "baseline_cnn",
      .options = {.classes = 3, .input_px = 8, .dropout = 0.1, .drop_path = 0.2},
      .preprocess = {.crop_px = 200, .input_px = 8, .mean = {0.1f, 0.2f, 0.3f}, .std = {0.4f, 0.5f, 1.f / 3}},
      .classes = {"basophil", "ig \"young\"", "größe"},
      .weights = {},
      .facts = {{"seed", std::to_string(seed)}, {"a_first", "no, kept in order"}}};
  model.weights = initialise(model.graph(), seed);
  return model;
}

void expect_same(const Model& got, const Model& expected) {
  EXPECT_EQ(got.network, expected.network);
  EXPECT_EQ(got.options.classes, expected.options.classes);
  EXPECT_EQ(got.options.input_px, expected.options.input_px);
  EXPECT_EQ(got.options.dropout, expected.options.dropout);
  EXPECT_EQ(got.options.drop_path, expected.options.drop_path);
  EXPECT_EQ(got.preprocess.crop_px, expected.preprocess.crop_px);
  EXPECT_EQ(got.preprocess.input_px, expected.preprocess.input_px);
  EXPECT_EQ(got.preprocess.mean, expected.preprocess.mean);
  EXPECT_EQ(got.preprocess.std, expected.preprocess.std);
  EXPECT_EQ(got.classes, expected.classes);
  EXPECT_EQ(got.facts, expected.facts);
  ASSERT_EQ(got.weights.size(), expected.weights.size());
  for (const auto& [name, tensor] : expected.weights) {
    EXPECT_EQ(got.weights.at(name).shape, tensor.shape) << name;
    EXPECT_THAT(got.weights.at(name).values(), ::testing::ElementsAreArray(tensor.values())) << name;
  }
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

class ModelFile : public ::testing::Test {
 protected:
  fs::path root() const { return root_.path(); }
  fs::path folder() const { return root() / "m.giemsa"; }

  /// model.json of a good model, changed by `edit`, in the folder.
  template <class Edit>
  void write_edited(Edit edit) const {
    write_model(folder(), made_model(1));
    auto json = nlohmann::ordered_json::parse(read_text(folder() / "model.json"));
    edit(json);
    write_atomic(folder() / "model.json", json.dump());
  }
  std::string fault() const {
    return error_of(ErrorKind::Model, [&] { read_model(folder()); });
  }

 private:
  TemporaryFolder root_;
};

TEST_F(ModelFile, ReadsBackAsItWasWritten) {
  const Model model = made_model(1);
  write_model(folder(), model);
  EXPECT_THAT(files_in(folder()), ElementsAre("card.md", "model.json", "weights.safetensors"));
  EXPECT_THAT(files_in(root()), ElementsAre("m.giemsa"));
  expect_same(read_model(folder()), model);
  EXPECT_THAT(read_safetensors(folder() / "weights.safetensors").metadata,
              ElementsAre(Pair("network", "baseline_cnn")));
}

TEST_F(ModelFile, KeepsWhichLayersMultiplyIntegers) {
  Model model = made_model(1);
  model.quantization = {{{"a", 0.1f}, {"b", 2.f}}, {"head"}, 7};
  write_model(folder(), model);
  EXPECT_EQ(read_model(folder()).quantization, model.quantization);
  EXPECT_THAT(read_text(folder() / "card.md"), HasSubstr("- Multiplies 8-bit integers"));
  model.quantization.ranges["a"] = -1;
  write_model(folder(), model);
  EXPECT_THAT(fault(), HasSubstr("the range of 'a' must be a size"));
}

TEST_F(ModelFile, TheCardIsForPeople) {
  write_model(folder(), made_model(1));
  EXPECT_THAT(
      read_text(folder() / "card.md"),
      AllOf(HasSubstr("- Network: baseline_cnn, input 8 px\n"),
            HasSubstr("- Classes: basophil, ig \"young\", größe\n"), HasSubstr("centre square of 200 px"),
            HasSubstr("- seed: 1\n"), HasSubstr("Not a medical device")));
}

TEST_F(ModelFile, OpensThroughTheRunFolderAndWithASlashAtTheEnd) {
  write_model(root() / "run" / "model.giemsa", made_model(1));
  expect_same(read_model(root() / "run"), made_model(1));
  expect_same(read_model(root() / "run" / "model.giemsa" / ""), made_model(1));
  write_model(root() / "run" / "model.giemsa" / "", made_model(2));
  expect_same(read_model(root() / "run"), made_model(2));
  EXPECT_THAT(files_in(root() / "run"), ElementsAre("model.giemsa"));
}

TEST_F(ModelFile, NothingThereIsAnIoError) {
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_model(folder()); }),
              AllOf(HasSubstr("[model] there is no model at " + folder().string()), HasSubstr("run folder")));
}

TEST_F(ModelFile, MissingPartsAreNamed) {
  write_model(folder(), made_model(1));
  fs::remove(folder() / "weights.safetensors");
  EXPECT_THAT(fault(),
              AllOf(HasSubstr("[model] " + folder().string()), HasSubstr("weights.safetensors is missing")));
  fs::remove(folder() / "model.json");
  error_of(ErrorKind::Io, [&] { read_model(folder()); });
}

TEST_F(ModelFile, ACardIsNotNeededToAnswer) {
  write_model(folder(), made_model(1));
  fs::remove(folder() / "card.md");
  expect_same(read_model(folder()), made_model(1));
}

TEST_F(ModelFile, EveryFaultOfModelJsonIsNamed) {
  using Json = nlohmann::ordered_json;
  const struct {
    void (*edit)(Json&);
    const char* message;
  } kCases[] = {
      {[](Json& j) { j["format"] = 2; }, "format 2; this giemsa reads format 1"},
      {[](Json& j) { j["format"] = "1"; }, "format \"1\""},
      {[](Json& j) { j = Json::array(); }, "not a JSON object"},
      {[](Json& j) { j.erase("format"); }, "key 'format' not found"},
      {[](Json& j) { j.erase("network"); }, "key 'network' not found"},
      {[](Json& j) { j.erase("options"); }, "key 'options' not found"},
      {[](Json& j) { j.erase("preprocess"); }, "key 'preprocess' not found"},
      {[](Json& j) { j.erase("classes"); }, "key 'classes' not found"},
      {[](Json& j) { j.erase("facts"); }, "key 'facts' not found"},
      {[](Json& j) { j["options"].erase("dropout"); }, "key 'dropout' not found"},
      {[](Json& j) { j["preprocess"].erase("std"); }, "key 'std' not found"},
      {[](Json& j) { j["network"] = 3; }, "must be string"},
      {[](Json& j) { j["options"]["classes"] = "three"; }, "must be number"},
      {[](Json& j) {
         j["preprocess"]["mean"] = {0.5, 0.5};
       },
       "model.json:"},
      {[](Json& j) {
         j["preprocess"]["mean"] = {0.5, nullptr, 0.5};
       },
       "must be number"},
      {[](Json& j) { j["classes"] = "basophil"; }, "model.json:"},
      {[](Json& j) {
         j["classes"] = {"a", 2, "c"};
       },
       "must be string"},
      {[](Json& j) { j["facts"]["seed"] = 1; }, "must be string"},
      {[](Json& j) { j["facts"] = {"x"}; }, "facts is not an object"},
      {[](Json& j) { j["network"] = "baseline_cnm"; }, "there is no network 'baseline_cnm'"},
      {[](Json& j) { j["options"]["classes"] = 4; }, "3 class names for 4 classes"},
      {[](Json& j) { j["classes"].push_back("d"); }, "4 class names for 3 classes"},
      {[](Json& j) {
         j["classes"] = {"a"};
         j["options"]["classes"] = 1;
       },
       "1 class names; expected 2 to 10000"},
      {[](Json& j) { j["options"]["input_px"] = 12; }, "the sizes of preprocessing and network differ"},
      {[](Json& j) { j["preprocess"]["crop_px"] = -1; }, "the sizes of preprocessing and network differ"},
      {[](Json& j) { j["options"]["input_px"] = j["preprocess"]["input_px"] = 0; },
       "takes inputs of 4 to 4096 px; got 0 px"},
      {[](Json& j) { j["options"]["input_px"] = j["preprocess"]["input_px"] = 1'000'000'000; },
       "got 1000000000 px"},
      {[](Json& j) { j["options"]["dropout"] = 1; }, "dropout must lie in [0, 1)"},
      {[](Json& j) { j["options"]["drop_path"] = -1; }, "drop_path must lie in [0, 1)"},
      {[](Json& j) {
         j["preprocess"]["std"] = {0.5, 0, 0.5};
       },
       "std must be positive"},
      {[](Json& j) {
         j["preprocess"]["std"] = {0.5, 1e300, 0.5};
       },
       "std must be positive"},
      {[](Json& j) {
         j["preprocess"]["mean"] = {0.5, -1e300, 0.5};
       },
       "mean must be finite"},
      // Weights that do not fit.
      {[](Json& j) {
         j["network"] = "mobilenet_v2", j["options"]["input_px"] = j["preprocess"]["input_px"] = 32;
       },
       "does not fit the network: 'features.0.0.weight' is missing"},
      {[](Json& j) { j["options"]["input_px"] = j["preprocess"]["input_px"] = 12; },
       "'head.fc1.weight' is 128×256, the network needs 128×576"},
      {[](Json& j) {
         j["classes"].push_back("d");
         j["options"]["classes"] = 4;
       },
       "'head.fc2.weight' is 3×128, the network needs 4×128"},
  };
  for (const auto& [edit, message] : kCases) {
    write_edited(edit);
    const std::string what = fault();
    EXPECT_THAT(what, HasSubstr(message));
    EXPECT_THAT(what, HasSubstr(folder().string())) << message;
  }
}

TEST_F(ModelFile, ModelJsonMustBeJson) {
  write_model(folder(), made_model(1));
  const std::string good = read_text(folder() / "model.json");
  for (const std::string& text :
       {std::string(), good.substr(0, good.size() / 2), good + "}", std::string("\xFF\xFE")}) {
    write_atomic(folder() / "model.json", text);
    EXPECT_THAT(fault(), HasSubstr("model.json is not a JSON object")) << text.substr(0, 40);
  }
  write_atomic(folder() / "model.json", std::string(100'000, '['));
  EXPECT_THAT(fault(), HasSubstr("model.json has more than 10000 names, or more than 16 levels"));
}

TEST_F(ModelFile, DamagedWeightsAreAModelError) {
  write_model(folder(), made_model(1));
  const fs::path weights = folder() / "weights.safetensors";
  fs::resize_file(weights, fs::file_size(weights) - 1);
  EXPECT_THAT(fault(), HasSubstr("[safetensors] " + weights.string()));
  StateDict extra = made_model(1).weights;
  extra["unused"] = extra.begin()->second;
  write_safetensors(weights, extra, {});
  EXPECT_THAT(fault(), HasSubstr("9 tensors, the network has 8"));
}

TEST_F(ModelFile, DamagedTrustIsAModelErrorThatSaysWhatToDo) {
  write_model(folder(), made_model(1));
  for (const char* text : {"{", "{}", R"({"format": 1, "fitted_on": 3})"}) {
    write_atomic(folder() / "trust.json", text);
    EXPECT_THAT(
        error_of(ErrorKind::Model, [&] { read_model(folder()); }),
        AllOf(HasSubstr(folder().string() + ": [trust] trust.json"), HasSubstr("Hint: delete trust.json")));
  }
}

TEST_F(ModelFile, ClassNamesMustBeUtf8) {
  Model model = made_model(1);
  model.classes[1] = "caf\xE9";
  error_of(ErrorKind::Data, [&] { write_model(folder(), model); });
  EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(ModelFile, ReplacingLeavesNothingBehind) {
  write_model(folder(), made_model(1));
  fs::create_directory(root() / "m.giemsa.new");  // of a write that was killed
  std::ofstream(root() / "m.giemsa.new" / "junk") << "x";
  const Model old = read_model(folder());
  write_model(folder(), made_model(2));
  EXPECT_THAT(files_in(root()), ElementsAre("m.giemsa"));
  EXPECT_THAT(files_in(folder()), ElementsAre("card.md", "model.json", "weights.safetensors"));
  expect_same(read_model(folder()), made_model(2));
  expect_same(old, made_model(1));  // the mapped weights of an opened model outlive its folder
}

TEST_F(ModelFile, AWriteThatFailsLeavesTheOldModel) {
  write_model(folder(), made_model(1));
  std::ofstream(root() / "file") << "x";
  error_of(ErrorKind::Io, [&] { write_model(root() / "file" / "m.giemsa", made_model(2)); });
  expect_same(read_model(folder()), made_model(1));
}

TEST_F(ModelFile, AReaderNeverSeesAMixture) {
  const Model models[] = {made_model(0), made_model(1)};
  write_model(folder(), models[0]);
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    do {
      const Model got = read_model(folder());
      const Model& expected = models[got.facts.front().second == "1"];
      EXPECT_EQ(got.weights.at("1.conv.weight").values()[0],
                expected.weights.at("1.conv.weight").values()[0]);
      ++reads;
    } while (!done);
  });
  for (int i = 1; i <= 40; ++i) write_model(folder(), models[i % 2]);
  done = true;
  reader.join();
  EXPECT_GT(reads, 0);
  expect_same(read_model(folder()), models[0]);
}

}  // namespace
}  // namespace giemsa
