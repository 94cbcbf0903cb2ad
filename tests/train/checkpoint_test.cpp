#include "giemsa/train/checkpoint.h"

#include <limits>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/safetensors.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

HostTensor tensor(std::vector<std::int64_t> shape, float first) {
  return HostTensor::make(std::move(shape), [&](std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = first + static_cast<float>(i) / 3;
  });
}

Checkpoint full_checkpoint() {
  Checkpoint c;
  c.stage = 1;
  c.epoch_in_stage = 2;
  c.epoch = 7;
  c.optimizer_steps = 1'234'567'890'123;
  c.average_steps = 41;
  c.best = -0.1 / 3;  // a loss, with all its digits
  c.best_epoch = 6;
  c.stage_best_epoch = 1;
  c.stage_best = 1e-300;
  c.config_hash = "0123abcd";
  c.params = {{"features.0.weight", tensor({2, 3, 1, 1}, 1)}, {"head.bias", tensor({4}, 2)}};
  c.average = {{"features.0.weight", tensor({2, 3, 1, 1}, 3)}, {"head.bias", tensor({4}, 4)}};
  c.plateau = {.frac = 0.1, .has_best = true, .best = 1.0 / 7, .bad_epochs = 3};
  c.optimizer["first"] = {{"head.bias", tensor({4}, 5)}};
  c.optimizer["second"] = {{"head.bias", tensor({4}, 6)}};
  return c;
}

void expect_equal(const StateDict& got, const StateDict& expected, const char* what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (const auto& [name, values] : expected) {
    ASSERT_TRUE(got.contains(name)) << what << " " << name;
    EXPECT_EQ(got.at(name).shape, values.shape) << what << " " << name;
    EXPECT_THAT(got.at(name).values(), ::testing::ElementsAreArray(values.values())) << what << " " << name;
  }
}

TEST(Checkpoint, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "checkpoint.safetensors";
  write_checkpoint(file, Checkpoint{});
  const Checkpoint written = full_checkpoint();
  write_checkpoint(file, written);
  const Checkpoint c = read_checkpoint(file);
  EXPECT_EQ(c.stage, 1);
  EXPECT_EQ(c.epoch_in_stage, 2);
  EXPECT_EQ(c.epoch, 7);
  EXPECT_EQ(c.optimizer_steps, 1'234'567'890'123);
  EXPECT_EQ(c.average_steps, 41);
  EXPECT_EQ(c.best, -0.1 / 3);
  EXPECT_EQ(c.best_epoch, 6);
  EXPECT_EQ(c.stage_best_epoch, 1);
  EXPECT_EQ(c.stage_best, 1e-300);
  EXPECT_EQ(c.config_hash, "0123abcd");
  expect_equal(c.params, written.params, "params");
  expect_equal(c.average, written.average, "average");
  EXPECT_EQ(c.plateau.frac, 0.1);
  EXPECT_TRUE(c.plateau.has_best);
  EXPECT_EQ(c.plateau.best, 1.0 / 7);
  EXPECT_EQ(c.plateau.bad_epochs, 3);
  ASSERT_EQ(c.optimizer.size(), 2u);
  for (const char* name : {"first", "second"})
    expect_equal(c.optimizer.at(name), written.optimizer.at(name), name);
}

TEST(Checkpoint, NamesWhatIsMalformed) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "checkpoint.safetensors";
  const auto error = [&](ErrorKind kind) { return error_of(kind, [&] { read_checkpoint(file); }); };
  EXPECT_THAT(error(ErrorKind::Io), HasSubstr("checkpoint.safetensors"));

  write_checkpoint(file, full_checkpoint());
  const SafetensorsFile good = read_safetensors(file);
  const struct {
    const char* key;
    const char* value;  ///< null: absent
    const char* message;
  } cases[] = {
      {"config_hash", nullptr, "does not give 'config_hash'"},
      {"stage_best", nullptr, "does not give 'stage_best'"},
      {"epoch", "", "'' is no number for 'epoch'"},
      {"epoch", "7 ", "'7 ' is no number for 'epoch'"},
      {"epoch", "7.5", "'7.5' is no number for 'epoch'"},
      {"stage", "-1", "'-1' is no number for 'stage'"},
      {"average_steps", "99999999999999999999", "is no number for 'average_steps'"},
      {"best", "0,5", "'0,5' is no number for 'best'"},
  };
  for (const auto& [key, value, message] : cases) {
    auto metadata = good.metadata;
    metadata.erase(key);
    if (value) metadata[key] = value;
    write_safetensors(file, good.tensors, metadata);
    EXPECT_THAT(error(ErrorKind::Model), HasSubstr(message));
  }

  write_checkpoint(file, full_checkpoint());
  const std::string whole = read_text(file);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{100}, whole.size() - 1}) {
    write_atomic(file, whole.substr(0, size));
    EXPECT_THAT(error(ErrorKind::Model), HasSubstr("checkpoint.safetensors")) << size << " bytes";
  }
}

}  // namespace
}  // namespace giemsa::testing
