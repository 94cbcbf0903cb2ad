#include "giemsa/run/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/recipes.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;

/// Every option set to something that is not its default.
/// Changes every option to another value that is allowed.
class ChangeEverything final : public OptionVisitor {
 public:
  void field(std::string_view, bool& value, const OptionSpec&) override { value = !value; }
  void field(std::string_view, std::int64_t& value, const OptionSpec& spec) override {
    value += static_cast<double>(value) + 1 <= spec.max ? 1 : -1;
  }
  void field(std::string_view, double& value, const OptionSpec& spec) override {
    const double step = 1.0 / 512;
    value += value + step <= spec.max ? step : -step;
  }
  void field(std::string_view, std::string& value, const OptionSpec& spec) override {
    value = spec.choices.empty()            ? "my \"" + value + "\".csv"
            : value == spec.choices.front() ? spec.choices.back()
                                            : spec.choices.front();
  }
  void field(std::string_view, std::vector<double>& value, const OptionSpec&) override { value.push_back(3); }

 private:
  void begin_group(std::string_view) override {}
  void end_group() override {}
  std::optional<std::size_t> begin_list(std::string_view, std::size_t) override { return std::nullopt; }
  void begin_item(std::size_t) override {}
  void end_item() override {}
  void end_list() override {}
};

Config unusual() {
  Config config;
  ChangeEverything change;
  describe(change, config);
  config.stages.push_back({.name = "last"});
  return config;
}

TEST(Config, WhatIsSavedReadsBackTheSame) {
  for (const Config& config : {Config{}, unusual()}) {
    for (const bool with_docs : {false, true}) {
      Config copy = with_docs ? Config{} : unusual();
      apply_toml(copy, to_toml(config, with_docs), "config.toml");
      EXPECT_EQ(to_toml(copy, false), to_toml(config, false));
    }
  }
  Config copy;
  apply_toml(copy, to_toml(unusual(), true), "config.toml");
  EXPECT_EQ(copy.data.split, "my \"\".csv");
  EXPECT_EQ(copy.train.batch, 65);
  ASSERT_EQ(copy.stages.size(), 2u);
  EXPECT_EQ(copy.stages[0].schedule.plateau.patience, 11);
}

TEST(Config, EveryOptionOfUnusualDiffersFromItsDefault) {
  // So that the round trip above covers all: no line is the same but table headings.
  const auto lines = [](const Config& config) {
    std::vector<std::string> list;
    std::istringstream text(to_toml(config, false));
    for (std::string line; std::getline(text, line);) {
      if (line.find(" = ") != std::string::npos) list.push_back(line);
    }
    return list;
  };
  Config one = unusual();
  one.stages.pop_back();
  const auto defaults = lines(Config{}), unusual_lines = lines(one);
  ASSERT_EQ(defaults.size(), unusual_lines.size());
  EXPECT_GT(defaults.size(), 120u);
  for (std::size_t i = 0; i < defaults.size(); ++i) EXPECT_NE(defaults[i], unusual_lines[i]);
}

TEST(Config, SettingsOfTheCommandLine) {
  Config config;
  config.stages.resize(2);
  for (const char* setting :
       {"data.input_px=64", "model.name=convnext_tiny", "augment.flip_vertical.probability=0",
        "train.batch=16", "train.ema_decay=0", "stages.1.lr=1e-4", "stages.0.freeze=backbone"}) {
    apply_setting(config, setting);
  }
  EXPECT_EQ(config.data.input_px, 64);
  EXPECT_EQ(config.model.name, "convnext_tiny");
  EXPECT_EQ(config.augment[OperationId::FlipVertical].probability, 0);
  EXPECT_EQ(config.train.batch, 16);
  EXPECT_EQ(config.train.ema_decay, 0);
  EXPECT_EQ(config.stages[1].lr, 1e-4);
  EXPECT_EQ(config.stages[0].freeze, "backbone");
}

TEST(Config, MistakesAreNamedWithTheirLine) {
  const struct {
    const char* toml;
    std::vector<const char*> parts;
  } kCases[] = {
      {"[train]\nbacth = 8",
       {"[config] my.toml, line 2: unknown key 'train.bacth'", "did you mean 'train.batch'?"}},
      {"[data]\n\ninput_pix = 8", {"line 3: unknown key 'data.input_pix'", "did you mean 'data.input_px'?"}},
      {"[agument]\nscale = 1", {"line 1: unknown key 'agument'", "did you mean 'augment'?"}},
      {"input_px = 96", {"line 1: unknown key 'input_px'", "did you mean 'data.input_px'?"}},
      {"[[stages]]\nlr = 1e-3\n[[stages]]\nepoch = 3",
       {"line 4: unknown key 'stages.1.epoch'", "'stages.1.epochs'"}},
      {"[model.head]\nkind = \"axom\"",
       {"line 2", "expected one of: own, linear, axon, dl_bois", "did you mean 'axon'?"}},
      {"[train]\nselect = \"recall\"", {"line 2", "expected one of: accuracy, loss"}},
      {"[train]\nbatch = 0.5", {"line 2: train.batch = 0.5; expected a whole number, from 2 to 65536"}},
      {"[model]\nname = 3", {"line 2: model.name = 3; expected text"}},
      {"[[stages]]\nmix = 1", {"line 2: stages.0.mix = 1; expected true or false"}},
      {"[train\nbatch = 3", {"my.toml, line 1: not TOML"}},
  };
  for (const auto& [toml, parts] : kCases) {
    Config config;
    const std::string what =
        error_of(ErrorKind::Usage, [&, text = toml] { apply_toml(config, text, "my.toml"); });
    for (const char* part : parts) EXPECT_THAT(what, HasSubstr(part)) << toml;
  }
}

TEST(Config, RangesHoldAtBothEnds) {
  const struct {
    const char* key;
    std::vector<const char*> good, bad;
  } kCases[] = {
      {"data.crop_px", {"0", "8192"}, {"-1", "8193"}},
      {"data.input_px", {"4", "4096"}, {"3", "4097", "96.5", "nan"}},
      {"data.cache", {"memory", "file"}, {"disk", ""}},
      {"model.dropout", {"0", "0.99"}, {"-0.1", "1", "nan"}},
      {"model.drop_path", {"0", "0.99"}, {"-0.1", "1"}},
      {"augment.rotate.probability", {"0", "1"}, {"-0.1", "1.1"}},
      {"mix.probability", {"0", "1"}, {"-0.1", "1.1"}},
      {"train.seed", {"0", "9223372036854775807"}, {"-1", "9223372036854775808"}},
      {"train.batch", {"2", "65536"}, {"1", "65537", "0"}},
      {"train.threads", {"0", "1024"}, {"-1", "1025"}},
      {"train.loader_threads", {"0", "256"}, {"-1", "257"}},
      {"train.sampling", {"natural", "balanced", "oversample"}, {"even", ""}},
      {"train.class_weights", {"none", "balanced", "sqrt", "effective"}, {"inverse", ""}},
      {"train.effective_beta", {"0", "0.999999999"}, {"-0.1", "1", "nan"}},
      {"loss.label_smoothing", {"0", "0.9"}, {"-0.1", "0.91"}},
      {"train.ema_decay", {"0", "0.99999"}, {"-0.1", "1"}},
      {"train.patience", {"0"}, {"-1"}},
      {"stages.0.epochs", {"1", "100000"}, {"0", "100001"}},
      {"stages.0.lr", {"0", "10", "1e-3"}, {"-1e-3", "10.1", "inf"}},
      {"stages.0.schedule.final_frac", {"0", "1"}, {"-0.1", "1.1"}},
      {"stages.0.schedule.warmup_epochs", {"0", "2.5"}, {"-1"}},
      {"stages.0.optimizer.weight_decay", {"0", "10"}, {"-1", "11"}},
      {"stages.0.optimizer.beta1", {"0", "0.99999"}, {"1", "-0.1"}},
      {"stages.0.optimizer.kind", {"sgd", "adam", "adamw", "lion"}, {"adagrad", ""}},
      {"train.select", {"accuracy", "loss", "balanced_accuracy", "macro_f1", "auc"}, {"recall", ""}},
  };
  for (const auto& [key, good, bad] : kCases) {
    Config config;
    for (const char* value : good) {
      EXPECT_NO_THROW(apply_setting(config, std::string(key) + "=" + value)) << key << '=' << value;
    }
    const std::string before = to_toml(config, false);
    for (const char* value : bad) {
      const std::string setting = std::string(key) + "=" + value;
      EXPECT_THAT(error_of(ErrorKind::Usage, [&] { apply_setting(config, setting); }), HasSubstr(key))
          << setting;
    }
    EXPECT_EQ(to_toml(config, false), before) << key << ": a refused setting changes nothing";
  }
}

TEST(Recipes, AreTheFilesOfTheFolder) {
  const std::filesystem::path folder = std::filesystem::path(GIEMSA_TEST_DATA) / "../../../recipes";
  std::vector<std::string> files, names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().stem());
  }
  std::sort(files.begin(), files.end());
  for (const Recipe& recipe : recipes()) {
    names.emplace_back(recipe.name);
    EXPECT_EQ(recipe.toml, read_text(folder / (std::string(recipe.name) + ".toml"))) << recipe.name;
  }
  EXPECT_EQ(names, files) << "sorted by name";
}

TEST(Recipes, EveryOneLoadsAndItsNetworkBuilds) {
  for (const Recipe& recipe : recipes()) {
    const Config config = load_recipe(std::string(recipe.name));
    EXPECT_FALSE(config.stages.empty()) << recipe.name;
    const ModelOptions options{.classes = 8,
                               .input_px = config.data.input_px,
                               .dropout = config.model.dropout,
                               .drop_path = config.model.drop_path};
    EXPECT_NO_THROW(build_model(config.model.name, options)) << recipe.name;
    // The recipe as a file says the same.
    const TemporaryFolder folder;
    const auto file = folder.path() / "mine.toml";
    write_atomic(file, recipe.toml);
    EXPECT_EQ(to_toml(load_recipe(file.string()), false), to_toml(config, false)) << recipe.name;
  }
}

TEST(Recipes, SayWhatTheyAreMeantToSay) {
  EXPECT_EQ(load_recipe("baseline").model.name, "baseline_cnn");
  EXPECT_EQ(load_recipe("baseline").train.ema_decay, 0);
  const Config transfer = load_recipe("transfer");
  EXPECT_EQ(transfer.model.name, "mobilenet_v2_keras");
  ASSERT_EQ(transfer.stages.size(), 2u);
  EXPECT_EQ(transfer.stages[0].freeze, "backbone");
  EXPECT_EQ(transfer.stages[1].freeze, "none");
}

TEST(Recipes, FollowTheReports) {
  const Config axon = load_recipe("axon");
  EXPECT_EQ(axon.model.name, "convnext_large_keras");
  EXPECT_EQ(axon.model.head.kind, "axon");
  EXPECT_EQ(axon.data.ratios, "81/9/10");
  std::vector<std::string> plans;
  for (const StageOptions& stage : axon.stages) {
    plans.push_back(stage.freeze);
    EXPECT_EQ(stage.optimizer.kind, "lion");
    EXPECT_TRUE(stage.name == "head" || stage.lr < axon.stages[0].lr) << stage.name;
  }
  EXPECT_THAT(plans,
              ElementsAre("backbone", "first 150, only conv+depthwise", "first 100, only conv+depthwise",
                          "first 50, only conv+depthwise", "first 20, only conv+depthwise"));

  const Config bois = load_recipe("dl_bois");
  EXPECT_EQ(bois.model.name, "efficientnet_b2_keras");
  EXPECT_EQ(bois.model.dropout, 0.4);
  EXPECT_EQ(bois.model.head.units, 256);
  EXPECT_EQ(bois.model.head.l2, 1e-3);
  EXPECT_EQ(bois.train.batch, 16);
  EXPECT_EQ(bois.train.patience, 15);
  EXPECT_EQ(bois.train.class_weights, "balanced");
  ASSERT_EQ(bois.stages.size(), 2u);
  EXPECT_EQ(bois.stages[0].lr, 1e-4);
  EXPECT_EQ(bois.stages[0].optimizer.weight_decay, 1e-4);
  EXPECT_EQ(bois.stages[1].optimizer.weight_decay, 1e-5);
  EXPECT_EQ(bois.stages[1].freeze, "before block7, batchnorm");

  const Config baseline = load_recipe("baseline");
  EXPECT_EQ(baseline.stages.at(0).optimizer.kind, "adam");
  EXPECT_EQ(baseline.stages.at(0).lr, 1e-3);
}

TEST(Recipes, UnknownNamesGetTheNearest) {
  EXPECT_THAT(
      error_of(ErrorKind::Usage, [] { load_recipe("transfre"); }),
      AllOf(HasSubstr("[recipe] there is no recipe 'transfre'"), HasSubstr("did you mean 'transfer'?")));
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { load_recipe("resnet"); }),
              AllOf(HasSubstr("one of: axon, baseline, "), HasSubstr("or a file ending in .toml")));
  EXPECT_THAT(error_of(ErrorKind::Io, [] { load_recipe("no/such/file.toml"); }),
              HasSubstr("no/such/file.toml"));
  const TemporaryFolder folder;
  const auto file = folder.path() / "broken.toml";
  write_atomic(file, std::string_view("[train]\nbatch = 1"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { load_recipe(file.string()); }),
              HasSubstr(file.string() + ", line 2"));
}

TEST(ConfigMarkdown, ListsEveryOption) {
  const std::string text = config_markdown();
  for (const char* part : {"## [data]", "`data.input_px`", "## [model]", "`model.name`", "## [augment]",
                           "`augment.hue.to`", "## [mix]", "## [loss]", "`stages.N.optimizer.kind`",
                           "## [train]", "`train.ema_decay`", "## [[stages]]", "`stages.N.lr`"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Config, ReferenceInTheDocumentationIsUpToDate) {
  const std::filesystem::path reference = std::filesystem::path(GIEMSA_TEST_DATA) / "../../../docs/config.md";
  EXPECT_EQ(read_text(reference), config_markdown()) << "giemsa config --markdown > docs/config.md";
}

}  // namespace
}  // namespace giemsa
