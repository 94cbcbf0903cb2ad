#include "core/error_matchers.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/models/registry.h"
#include "giemsa/train/checkpoint.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// The error of a new training in a folder of its own.
std::string error_of_training(ErrorKind kind, const Config& config, const Source& source = cells()) {
  const TemporaryFolder folder;
  const std::string message = error_of(kind, [&] { train(source, config, folder.path() / "run", {}, {}); });
  EXPECT_FALSE(fs::exists(folder.path() / "run/config.toml"))
      << "a run that never began is not to be resumed";
  return message;
}

TEST(TrainerErrors, AreFoundBeforeTheFirstStep) {
  const TemporaryFolder folder;
  const fs::path other_weights = folder.path() / "other.safetensors", split = folder.path() / "split.csv";
  write_safetensors(other_weights, initialise(build_model("mobilenet_v2", {.input_px = 32}), 1), {});
  std::string lines = "path,label,split\n";
  for (const Record& record : cells().records()) {
    const std::string& label = cells().classes()[record.label];
    lines +=
        record.path + "," + label + (label == "ig" || record.id.ends_with("1.png") ? ",train\n" : ",val\n");
  }
  write_atomic(split, lines);

  const struct {
    void (*change)(Config&);
    ErrorKind kind;
    std::vector<std::string> says;
  } cases[] = {
      {[](Config& c) { c.train.batch = 49; },
       ErrorKind::Usage,
       {"a batch of 49 is larger than the training part of 48 pictures", "--set train.batch=48"}},
      {[](Config& c) { c.model.name = "mobilenet_v3"; }, ErrorKind::Usage, {"mobilenet_v3", "mobilenet_v2"}},
      {[](Config& c) {
         c.model.name = "mobilenet_v2";
         c.data.input_px = 16;
       },
       ErrorKind::Usage,
       {"mobilenet_v2 takes inputs of 32 to 4096 px; got 16 px"}},
      {[](Config& c) { c.data.ratios = "all"; }, ErrorKind::Usage, {"all"}},
      {[](Config& c) { c.stages.clear(); }, ErrorKind::Usage, {"no stage", "[[stages]]"}},
      {[](Config& c) { c.data.split = "no_such_split.csv"; }, ErrorKind::Io, {"no_such_split.csv"}},
      {[](Config& c) { c.model.weights = "no_such_file.safetensors"; },
       ErrorKind::Io,
       {"no_such_file.safetensors"}},
  };
  for (const auto& [change, kind, says] : cases) {
    Config config = small_config();
    change(config);
    const std::string message = error_of_training(kind, config);
    for (const std::string& words : says) EXPECT_THAT(message, HasSubstr(words));
  }

  Config config = small_config();
  config.model.weights = other_weights;
  EXPECT_THAT(error_of_training(ErrorKind::Model, config), HasSubstr("other.safetensors"));
  config = small_config();
  config.data.split = split;
  EXPECT_THAT(error_of_training(ErrorKind::Data, config), HasSubstr("'ig'"));
}

TEST(TrainerErrors, AClassMayNotLoseItsLastPicturesOfAPart) {
  const TemporaryFolder folder;
  draw_cells(folder.path() / "cells");
  for (const auto& entry : fs::directory_iterator(folder.path() / "cells/platelet")) {
    if (entry.path().stem() != "platelet_00001") write_atomic(entry.path(), std::string_view("no picture"));
  }
  EXPECT_THAT(error_of_training(ErrorKind::Data, small_config(), *open_source(folder.path() / "cells")),
              HasSubstr("'platelet'"));
}

TEST(TrainerErrors, ALossThatIsNoNumberEndsTheRunAndKeepsTheEpochBefore) {
  // In the second step, and in the epoch's only step, after which only validation can tell.
  for (const std::int64_t batch : {16, 48}) {
    const TemporaryFolder folder;
    Config config = small_config();
    config.train.batch = batch;
    config.train.ema_decay = 0;
    config.stages = {{.name = "good", .epochs = 1},
                     {.name = "bad", .epochs = 2, .lr = 1e30, .schedule = {.warmup_epochs = 0}}};
    const std::string message =
        error_of(ErrorKind::Data, [&] { train(cells(), config, folder.path(), {}, {}); });
    EXPECT_THAT(message, HasSubstr("in epoch 2"));
    EXPECT_THAT(message, HasSubstr("a lower learning rate than "));
    EXPECT_EQ(read_metrics(folder.path() / "metrics.jsonl").size(), 1u);
    EXPECT_EQ(read_checkpoint(folder.path() / "checkpoint.safetensors").epoch, 1);
  }
}

TEST(TrainerErrors, ARunFolderHoldsOneRun) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { train(cells(), {}, run, {.resume = true}, {}); }),
              HasSubstr("holds no run"));

  Config config = small_config();
  config.stages = {{.epochs = 1}};
  train(cells(), config, run, {}, {});
  const Remains before(run);
  const std::string message = error_of(ErrorKind::Usage, [&] { train(cells(), config, run, {}, {}); });
  EXPECT_THAT(message, HasSubstr("already holds a run"));
  EXPECT_THAT(message, HasSubstr("--resume"));
  expect_same(Remains(run), before);
}

TEST(TrainerErrors, ARunGoesOnWithItsOwnDataAndConfigurationOnly) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run", data = folder.path() / "cells";
  draw_cells(data);
  Config config = small_config();
  config.stages = {{.epochs = 1}};
  train(*open_source(data), config, run, {}, {});

  synthesise(folder.path() / "fewer", {.per_class = 6, .size_px = 32, .threads = 1});
  error_of(ErrorKind::Data,
           [&] { train(*open_source(folder.path() / "fewer"), {}, run, {.resume = true}, {}); });

  fs::copy_file(data / "ig/ig_00001.png", data / "ig/one_more.png");
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { train(*open_source(data), {}, run, {.resume = true}, {}); }),
              HasSubstr("are not those that"));
  fs::remove(data / "ig/one_more.png");

  config.loss.label_smoothing = 0.2;
  write_atomic(run / "config.toml", to_toml(config, true));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { train(*open_source(data), {}, run, {.resume = true}, {}); }),
              HasSubstr("are not those that"));

  config.loss.label_smoothing = 0.1;
  write_atomic(run / "config.toml", to_toml(config, true));
  EXPECT_NO_THROW(train(*open_source(data), {}, run, {.resume = true}, {}));

  fs::resize_file(run / "checkpoint.safetensors", 1000);
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { train(*open_source(data), {}, run, {.resume = true}, {}); }),
              HasSubstr("checkpoint.safetensors"));
}

TEST(TrainerErrors, WeightsOfTheOtherFlavourAreRefused) {
  // Both flavours have the same names and shapes; what the file says of itself, or its way of naming,
  // decides.
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "torch.safetensors";
  const StateDict weights = initialise(build_model("mobilenet_v2", {.input_px = 32}), 1);
  Config config = small_config("mobilenet_v2_keras");
  config.model.weights = file.string();
  write_safetensors(file, weights, {});
  EXPECT_THAT(error_of_training(ErrorKind::Model, config), HasSubstr("in the Keras flavour"));
  write_safetensors(file, weights, {{"network", "mobilenet_v2"}});
  EXPECT_THAT(error_of_training(ErrorKind::Model, config), HasSubstr("--model mobilenet_v2"));
}

TEST(TrainerErrors, OfARecipeNameItsLineAndTheNearestCandidate) {
  const struct {
    const char* toml;
    std::vector<std::string> says;
  } cases[] = {
      {"[train]\nbatch = 16\nbath = 3", {"line 3: unknown key 'train.bath'", "did you mean 'train.batch'?"}},
      {"[[stages]]\nepochs = 1\nlr = -1e-3", {"line 3: stages.0.lr = -0.001"}},
      {"[train]\nselect = \"macro_f\"", {"line 2: train.select", "did you mean 'macro_f1'?"}},
      {"[train]\n\nbatch = 49", {"line 3: train.batch: a batch of 49 is larger", "48 pictures"}},
      {"[[stages]]\n[[stages]]\nfreeze = \"first 9999\"", {"line 3: stages.1.freeze", "first 9999"}},
      {"[[stages]]\nfreeze = \"frist 3\"", {"line 2: stages.0.freeze", "did you mean 'first'?"}},
      {"[[stages]]\nfreeze = \"layers con\"", {"line 2: stages.0.freeze", "no layer's name begins with"}},
      {"[[stages]]\naugment = \"ful\"", {"line 2: stages.0.augment", "did you mean 'full'?"}},
      {"[model]\nname = \"baseline_cn\"", {"line 2: model.name", "did you mean 'baseline_cnn'?"}},
      {"[[stages]]\nepochs = 2\nschedule = { warmup_epochs = 3 }",
       {"line 3: stages.0.schedule.warmup_epochs", "never reaches its rate"}},
  };
  for (const auto& [toml, says] : cases) {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "mine.toml";
    write_atomic(file, std::string_view(toml));
    const std::string message = error_of(ErrorKind::Usage, [&] {
      Config config = load_recipe(file.string());
      config.data.ratios = "75/25";
      config.data.input_px = 32;
      if (config.model.name == "mobilenet_v2") config.model.name = "baseline_cnn";
      train(cells(), config, folder.path() / "run", {}, {});
    });
    EXPECT_THAT(message, HasSubstr(file.string())) << toml;
    for (const std::string& part : says) EXPECT_THAT(message, HasSubstr(part)) << toml;
    EXPECT_FALSE(fs::exists(folder.path() / "run/config.toml")) << toml;
  }
}

}  // namespace
}  // namespace giemsa::testing
