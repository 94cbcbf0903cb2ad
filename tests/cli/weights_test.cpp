// giemsa weights list, fetch and inspect.

#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "fetch/http_server.h"
#include "giemsa/core/text.h"
#include "giemsa/weights/catalogue.h"
#include "giemsa/formats/safetensors.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// An empty cache, and a mirror that has a stand-in for one of the published files: another content whose
/// SHA-256 begins with the same eight digits (tests/golden/make/published_weights.py).
class Weights : public ::testing::Test {
 protected:
  static constexpr const char* kName = "vgg16";
  static constexpr const char* kFile = "vgg16-397923af.pth";

  Weights() {
    ::setenv("GIEMSA_CACHE", folder_.path("cache").c_str(), 1);
    ::unsetenv("GIEMSA_WEIGHTS_MIRROR");
    ::unsetenv("http_proxy");
    put({.content = content_});
  }
  void put(Page page) { server_.put(std::string("/") + kFile, std::move(page)); }
  std::vector<std::string> fetch(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"weights", "fetch", kName};
    if (more.empty()) more = {"--from", server_.url()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::string list_row() const {
    for (const std::string& line : split_text(folder_.giemsa({"weights", "list"}).out, '\n')) {
      if (line.starts_with(std::string(kName) + " ")) return line;
    }
    return {};
  }
  nlohmann::json inspect_json(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"weights", "inspect", "--json"});
    const Ran ran = folder_.giemsa(arguments);
    expect_success(ran);
    return nlohmann::json::parse(ran.out);
  }
  /// Fresh weights of a network for three classes.
  void write_weights(const std::string& relative, const char* network) const {
    const Graph graph = build_model(network, {.classes = 3});
    write_safetensors(folder_.path(relative), initialise(graph, 1), {});
  }

  TestFolder folder_;
  HttpServer server_;
  const std::string content_ =
      read_text(std::filesystem::path(GIEMSA_TEST_DATA) / "published_weights" / kFile);
};

TEST_F(Weights, BelongToNetworksThatThereAre) {
  for (const PublishedWeights& entry : published_weights()) {
    EXPECT_NO_THROW(find_model(entry.network)) << entry.name;
  }
}

TEST_F(Weights, AreFetchedOnceAndKnownByName) {
  EXPECT_THAT(list_row(), AllOf(HasSubstr(" - "), HasSubstr(kFile)));
  const Ran ran = folder_.giemsa(fetch());
  expect_success(ran);
  EXPECT_EQ(ran.out, folder_.path("cache").string() + "/" + kFile + "\n");
  EXPECT_THAT(ran.err, HasSubstr(std::string(kName) + ": fetched, SHA-256 "));
  EXPECT_EQ(folder_.read(std::string("cache/") + kFile), content_);
  EXPECT_THAT(list_row(), HasSubstr(" yes "));

  const Ran again = folder_.giemsa(fetch());
  expect_success(again);
  EXPECT_EQ(again.out, ran.out);
  EXPECT_THAT(again.err, HasSubstr(": was there already, SHA-256 "));
  EXPECT_EQ(server_.requests().size(), 1u);
  EXPECT_EQ(inspect_json({kName})["values"], 5);
}

TEST_F(Weights, ComeFromTheMirrorOfTheEnvironment) {
  ::setenv("GIEMSA_WEIGHTS_MIRROR", server_.url().c_str(), 1);
  expect_success(folder_.giemsa(fetch({"--out", "here"})));
  EXPECT_EQ(folder_.read(std::string("here/") + kFile), content_);
  EXPECT_FALSE(folder_.has("cache"));
}

TEST_F(Weights, GoOnAfterAKill) {
  put({.content = content_, .pause = std::chrono::seconds(60)});
  const std::string part = std::string("cache/") + kFile + ".part";
  const auto running = folder_.start(fetch());
  while (!running->ended() && !(folder_.has(part) && !folder_.read(part).empty())) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_THAT(folder_.giemsa(fetch()).err, HasSubstr("another program is writing"));
  EXPECT_EQ(running->kill().signal, SIGKILL);
  EXPECT_EQ(folder_.read(part), content_.substr(0, 1));
  put({.content = content_});
  expect_success(folder_.giemsa(fetch()));
  EXPECT_EQ(folder_.read(std::string("cache/") + kFile), content_);
  EXPECT_EQ(server_.requests().back().range, "bytes=1-");
}

TEST_F(Weights, CannotBeFetched) {
  expect_failures(folder_, ErrorKind::Usage,
                  {
                      {{"weights"}, {"giemsa weights --help"}},
                      {{"weights", "fetch"}, {"NAME is required", "giemsa weights fetch --help"}},
                      {fetch({"resnet5O"}), {"no published weights 'resnet5O'", "did you mean 'resnet50'?"}},
                      {fetch({"--form", "x"}), {"takes no option '--form'", "did you mean '--from'?"}},
                      {fetch({"--from", "mirror"}), {"'mirror' is no address", "https://"}},
                      {{"weights", "fetsch"}, {"takes no command 'fetsch'", "'fetch'"}},
                  });
  EXPECT_TRUE(server_.requests().empty());
  expect_failures(folder_, ErrorKind::Io,
                  {{fetch({"--from", server_.url() + "/nowhere"}), {"answers 404 (not found)", "--from"}}});
  put({.content = content_ + "?"});
  expect_failures(folder_, ErrorKind::Data,
                  {{fetch(), {kFile, "its SHA-256 is ", "expected is one that begins"}}});
  EXPECT_THAT(folder_.files("cache"), ElementsAre());
}

TEST_F(Weights, AreShownTensorByTensor) {
  const Ran ran = folder_.giemsa({"weights", "inspect", GIEMSA_TEST_DATA "/safetensors/plain.safetensors"});
  expect_success(ran);
  EXPECT_EQ(ran.out,
            "tensor       shape            type           min          max         mean\n"
            "conv.weight  2×3×1×2          F32              0        1.375       0.6875\n"
            "scalar       scalar           F32           -1.5         -1.5         -1.5\n"
            "empty        0×7              F32  \n"
            "größe/µ      4                F32     1.4013e-45   3.4028e+38   1.7014e+38  2 NOT FINITE\n"
            "\n"
            "safetensors: 4 tensors, 17 values\n"
            "metadata format: pt\n"
            "metadata note: a \"quoted\" word\n"
            "\n"
            "fits none of the networks of `giemsa models`, heads aside\n");
}

TEST_F(Weights, AreShownToPrograms) {
  const nlohmann::json json = inspect_json({GIEMSA_TEST_DATA "/safetensors/plain.safetensors"});
  EXPECT_EQ(json["format"], "safetensors");
  EXPECT_EQ(json["values"], 17);
  EXPECT_EQ(json["metadata"], nlohmann::json({{"format", "pt"}, {"note", "a \"quoted\" word"}}));
  EXPECT_EQ(json["fits"], nlohmann::json::array());
  ASSERT_EQ(json["tensors"].size(), 4u);
  EXPECT_EQ(json["tensors"][0], nlohmann::json::parse(R"({"name": "conv.weight", "shape": [2, 3, 1, 2],
      "type": "F32", "min": 0.0, "max": 1.375, "mean": 0.6875, "not_finite": 0})"));
  EXPECT_EQ(json["tensors"][2], nlohmann::json::parse(R"({"name": "empty", "shape": [0, 7], "type": "F32",
      "min": null, "max": null, "mean": null, "not_finite": 0})"));
  EXPECT_EQ(json["tensors"][3]["not_finite"], 2);
}

TEST_F(Weights, ShowWhatWasRemovedAndNothingThatActsOnTerminals) {
  const HostTensor one = HostTensor::make({1}, [](std::span<float> out) { out[0] = 1; });
  write_safetensors(folder_.path("names.safetensors"), {{"module.\x1b[31mred", one}, {"module.\xc2\x9b", one}},
                    {{"\a", "\x1b]0;x"}});
  const Ran ran = folder_.giemsa({"weights", "inspect", "names.safetensors"});
  expect_success(ran);
  for (const char* shown : {"\n\\x1b[31mred  1 ", "\n\\xc2\\x9b     1 ", "\nremoved from every name: module.\n",
                            "\nmetadata \\x07: \\x1b]0;x\n"}) {
    EXPECT_THAT(ran.out, HasSubstr(shown));
  }
  const std::string json = folder_.giemsa({"weights", "inspect", "--json", "names.safetensors"}).out;
  for (const std::string& raw : {std::string("\x1b"), std::string("\xc2\x9b"), std::string("\a")}) {
    EXPECT_THAT(ran.out, Not(HasSubstr(raw)));
    EXPECT_THAT(json, Not(HasSubstr(raw)));
  }
  EXPECT_EQ(nlohmann::json::parse(json)["removed_prefix"], "module.");
}

TEST_F(Weights, TellWhichNetworksTheyFit) {
  write_weights("atto.safetensors", "convnext_atto");
  EXPECT_EQ(inspect_json({"atto.safetensors"})["fits"], nlohmann::json({"convnext_atto"}));
  const Ran ran = folder_.giemsa({"weights", "inspect", "atto.safetensors"});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("\nfits, heads aside: convnext_atto\n"));
}

TEST_F(Weights, TellWhatGoesWhere) {
  write_weights("atto.safetensors", "convnext_atto");
  const auto inspect = [](const char* model) {
    return std::vector<std::string>{"weights", "inspect", "atto.safetensors", "--model", model};
  };
  const Ran ran = folder_.giemsa(inspect("convnext_atto"));
  expect_success(ran);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("atto.safetensors in the network convnext_atto: PyTorch names: 126"),
                    HasSubstr("the file has 3×320, the network needs 1000×320"), Not(HasSubstr("fits"))));
  const nlohmann::json json = inspect_json({"atto.safetensors", "--model", "convnext_atto"});
  EXPECT_EQ(json["model"], "convnext_atto");
  EXPECT_EQ(json["mapping"]["layout"], "PyTorch");
  EXPECT_EQ(json["mapping"]["missing"].size(), 2u);
  EXPECT_EQ(json["mapping"]["mapped"].size() + 2, json["tensors"].size());
  expect_failure(folder_.giemsa(inspect("convnext_pico")), ErrorKind::Model,
                 {"atto.safetensors does not fit the network beyond its head", "tensors mapped"});
}

TEST_F(Weights, CannotBeShown) {
  folder_.write("damaged.safetensors", "this is no file of weights");
  const auto inspect = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"weights", "inspect"});
    return arguments;
  };
  expect_failures(folder_, ErrorKind::Io,
                  {
                      {inspect({"nowhere.pth"}), {"'nowhere.pth'", "No such file"}},
                      {inspect({kName}), {"are not in ", "giemsa weights fetch " + std::string(kName)}},
                  });
  expect_failures(folder_, ErrorKind::Model, {{inspect({"damaged.safetensors"}), {"damaged.safetensors"}}});
  expect_failures(folder_, ErrorKind::Usage,
                  {
                      {inspect({}), {"FILE is required"}},
                      {inspect({"damaged.safetensors", "--model", "convnext_ato"}),
                       {"no network 'convnext_ato'", "did you mean 'convnext_atto'?"}},
                  });
}

TEST_F(Weights, HaveTheirHelp) {
  const std::string page = read_text(GIEMSA_TEST_DATA "/../../../docs/cli.md");
  for (const char* command : {"list", "fetch", "inspect"}) {
    SCOPED_TRACE(command);
    const Ran ran = folder_.giemsa({"weights", command, "--help"});
    expect_success(ran);
    EXPECT_THAT(page, HasSubstr(std::string("`giemsa weights ") + command));
    for (const std::string& line : split_text(ran.out, '\n')) {
      if (!line.starts_with("  --") || line.starts_with("  --version")) continue;
      EXPECT_THAT(page, HasSubstr("`" + split_text(line.substr(2), ' ').front()));
    }
  }
  EXPECT_THAT(folder_.giemsa({"weights", "fetch", "--help"}).out, HasSubstr("\n  giemsa weights fetch "));
  EXPECT_THAT(folder_.giemsa({"weights", "inspect", "--help"}).out, HasSubstr("\n  giemsa weights inspect "));
}

TEST(Program, StartsWithoutLibcurl) {  // which loads thirty libraries
  const auto libraries = [](const std::string& program) { return Program("ldd", {program}).wait().out; };
  EXPECT_THAT(libraries(giemsa()), AllOf(HasSubstr("libdnnl"), Not(HasSubstr("libcurl"))));
  EXPECT_THAT(libraries(GIEMSA_BIN_DIR "/giemsa-fetch"), HasSubstr("libcurl"));
}

}  // namespace
}  // namespace giemsa::testing
