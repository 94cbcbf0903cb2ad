#include "giemsa/run/ensemble.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/graph/graph.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Pair;

Model small_model(std::uint64_t seed, std::int64_t px = 8) {
  Model model{.network = "baseline_cnn",
              .options = {.classes = 2, .input_px = px},
              .preprocess = {.crop_px = 0, .input_px = px},
              .classes = {"ig", "platelet"},
              .weights = {},
              .facts = {{"seed", std::to_string(seed)}}};
  model.weights = initialise(model.graph(), seed);
  return model;
}

TEST(Ensemble, IsOneModelOnDisk) {
  const TemporaryFolder root;
  const fs::path folder = root.path() / "e.giemsa";
  Model ensemble = make_ensemble({small_model(1), small_model(2, 16)});
  ensemble.viewing = {.views = 8, .standardise = true, .cut_frames = true};
  write_model(folder, ensemble);
  EXPECT_FALSE(fs::exists(folder / "weights.safetensors"));
  EXPECT_THAT(
      read_text(folder / "card.md"),
      AllOf(HasSubstr("ensemble of 2 networks"), HasSubstr("- baseline_cnn, input 16 px"),
            HasSubstr("averaged over 8 symmetries"), HasSubstr("reference colour"), HasSubstr("frames")));

  const Model got = read_model(folder);
  EXPECT_EQ(got.title(), "ensemble of 2 networks");
  EXPECT_EQ(got.classes, ensemble.classes);
  EXPECT_EQ(got.viewing, ensemble.viewing);
  EXPECT_THAT(got.facts, ElementsAre(Pair("member 1", "baseline_cnn"), Pair("member 2", "baseline_cnn")));
  ASSERT_EQ(got.members.size(), 2u);
  EXPECT_EQ(got.members[1].preprocess.input_px, 16);
  for (int m = 0; m < 2; ++m) {
    for (const auto& [name, tensor] : ensemble.members[m].weights)
      EXPECT_THAT(got.members[m].weights.at(name).values(), ::testing::ElementsAreArray(tensor.values()));
  }
  EXPECT_EQ(read_model(folder / "members" / "2").facts, ensemble.members[1].facts)
      << "each is a model by itself";
}

TEST(Ensemble, TakesTheMembersOfEnsembles) {
  const Model ensemble = make_ensemble({make_ensemble({small_model(1), small_model(2)}), small_model(3)});
  ASSERT_EQ(ensemble.members.size(), 3u);
  EXPECT_EQ(ensemble.members[2].facts.front().second, "3");
}

TEST(Ensemble, HasNoGraphOfItsOwn) {
  const Model ensemble = make_ensemble({small_model(1), small_model(2)});
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { ensemble.graph(); }),
              AllOf(HasSubstr("an ensemble of 2 networks has no graph"), HasSubstr("FOLDER/members/1")));
}

TEST(Ensemble, IsOfOneListOfClasses) {
  Model other = small_model(2);
  other.classes = {"platelet", "ig"};
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] {
                         make_ensemble({small_model(1), other});
                       }),
              HasSubstr("a model with the classes platelet, ig does not go with one of ig, platelet"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { make_ensemble({small_model(1)}); }),
              HasSubstr("1 networks; expected 2 to 64"));
}

TEST(Ensemble, IsShownPicturesAsItsMembersAre) {
  Model first = small_model(1), second = small_model(2);
  first.viewing = second.viewing = {.standardise = true, .second_looks = true, .deepen_pale = true};
  EXPECT_EQ(make_ensemble({first, second}).viewing, (Viewing{.standardise = true, .deepen_pale = true}))
      << "second looks need the trust that is dropped";
  second.viewing.standardise = false;
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] {
                         make_ensemble({first, second});
                       }),
              HasSubstr("shown pictures in different ways"));
}

TEST(Ensemble, DamagedFoldersAreNamed) {
  const TemporaryFolder root;
  const fs::path folder = root.path() / "e.giemsa";
  using Json = nlohmann::ordered_json;
  const auto fault_after = [&](const fs::path& file, auto edit) {
    write_model(folder, make_ensemble({small_model(1), small_model(2)}));
    Json json = Json::parse(read_text(folder / file));
    edit(json);
    write_atomic(folder / file, json.dump());
    return error_of(ErrorKind::Model, [&] { read_model(folder); });
  };
  EXPECT_THAT(fault_after("model.json", [](Json& j) { j["members"] = 1; }),
              HasSubstr("1 members; expected 2 to 64"));
  EXPECT_THAT(fault_after("model.json", [](Json& j) { j["members"] = -1; }), HasSubstr("-1 members"));
  EXPECT_THAT(fault_after("model.json", [](Json& j) { j["viewing"]["views"] = 3; }),
              HasSubstr("3 views; expected 1 or 8"));
  EXPECT_THAT(fault_after("members/2/model.json",
                          [](Json& j) {
                            j["classes"] = {"ig", "other"};
                          }),
              AllOf(HasSubstr("members/2"), HasSubstr("has other classes than its ensemble")));
  EXPECT_THAT(fault_after("members/1/model.json", [](Json& j) { j["members"] = 2; }),
              AllOf(HasSubstr("members/1"), HasSubstr("is an ensemble and a member of one")));
  write_model(folder, make_ensemble({small_model(1), small_model(2)}));
  fs::remove_all(folder / "members" / "2");
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_model(folder); }), HasSubstr("members/2/model.json"));
}

}  // namespace
}  // namespace giemsa
