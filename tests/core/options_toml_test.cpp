#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/error_matchers.h"
#include "core/test_options.h"
#include "giemsa/core/options.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Options;

TEST(ApplyToml, SetsWhatItNamesAndNothingElse) {
  Options o;
  apply_toml(o.describer(), R"(
    seed = 7
    [train]
    batch = 64
    optimizer.lr = 1          # a whole number does for a number
    optimizer.betas = [0.5, 1]
  )",
             "run.toml");
  EXPECT_EQ(o.seed, 7);
  EXPECT_EQ(o.train.batch, 64);
  EXPECT_EQ(o.train.optimizer.lr, 1.0);
  EXPECT_THAT(o.train.optimizer.betas, ElementsAre(0.5, 1.0));
  EXPECT_EQ(o.name, "run");
  EXPECT_EQ(o.train.optimizer.kind, "adamw");
  EXPECT_EQ(o.stages.size(), 2u);
  EXPECT_EQ(o.stages[0].lr, 0.1);
}

TEST(ApplyToml, AnEmptyTextChangesNothing) {
  Options o, untouched;
  apply_toml(o.describer(), "", "run.toml");
  EXPECT_EQ(to_toml(o.describer(), false), to_toml(untouched.describer(), false));
}

TEST(ApplyToml, ArraysOfTablesReplaceTheList) {
  Options o;
  apply_toml(o.describer(), R"(
    [[stages]]
    epochs = 2
    [[stages]]
    optimizer.kind = "sgd"
    [[stages]]
    lr = 0.5
  )",
             "run.toml");
  ASSERT_EQ(o.stages.size(), 3u);
  EXPECT_EQ(o.stages[0].epochs, 2);
  EXPECT_EQ(o.stages[0].lr, 0.01) << "the item's own default, not that of the list's first item";
  EXPECT_EQ(o.stages[1].optimizer.kind, "sgd");
  EXPECT_EQ(o.stages[2].lr, 0.5);

  apply_toml(o.describer(), "stages = [{epochs = 9}]", "run.toml");
  ASSERT_EQ(o.stages.size(), 1u);
  EXPECT_EQ(o.stages[0].epochs, 9);
  apply_toml(o.describer(), "stages = []", "run.toml");
  EXPECT_THAT(o.stages, IsEmpty());
}

TEST(ApplyToml, LaterFilesWin) {
  Options o;
  apply_toml(o.describer(), "seed = 1\n[train]\nbatch = 8", "recipe 'fast'");
  apply_toml(o.describer(), "[train]\namp = true", "run.toml");
  apply_setting(o.describer(), "seed=3");
  EXPECT_EQ(o.seed, 3);
  EXPECT_EQ(o.train.batch, 8);
  EXPECT_TRUE(o.train.amp);
}

TEST(ApplyToml, ErrorsSayWhereWhatAndWhatElse) {
  struct Case {
    const char* toml;
    std::vector<const char*> parts;
  };
  const std::vector<Case> cases = {
      {"seed = 1\n[train]\nbacth = 8", {"line 3: unknown key 'train.bacth'", "did you mean 'train.batch'?"}},
      {"[trian]\nbatch = 8", {"line 1: unknown key 'trian'", "did you mean 'train'?"}},
      {"batch = 8", {"line 1: unknown key 'batch'", "did you mean 'train.batch'?"}},
      {"[train]\nxyz = 8", {"unknown key 'train.xyz'", "one of: batch, optimizer, amp"}},
      {"[[stages]]\nepochs = 3\n[[stages]]\nepoch = 3",
       {"line 4: unknown key 'stages.1.epoch'", "did you mean 'stages.1.epochs'?"}},
      {"[train.optimizer]\nmomentum = 1",
       {"unknown key 'train.optimizer.momentum'", "one of: kind, lr, betas"}},
      {"[train]\nbatch = 0", {"line 2: train.batch = 0; expected a whole number, from 1 to 4096 (images)"}},
      {"[train]\nbatch = 4097", {"train.batch = 4097; expected"}},
      {"[train]\nbatch = 32.0", {"train.batch = 32.0; expected a whole number"}},
      {"[train]\nbatch = \"32\"", {"train.batch = \"32\"; expected a whole number"}},
      {"[train]\nbatch = [32, [1], 'x']", {"train.batch = [32, a list, \"x\"]; expected a whole number"}},
      {"[train]\nbatch = 2020-01-01", {"train.batch = a date or time; expected a whole number"}},
      {"[train]\nbatch = [1, 2, 3, 4, 5, 6, 7]",
       {"train.batch = a list of 7 items; expected a whole number"}},
      {"[train]\namp = 1", {"train.amp = 1; expected true or false"}},
      {"name = 3", {"line 1: name = 3; expected text"}},
      {"[train]\noptimizer = 3",
       {"line 2: train.optimizer = 3; expected a table", "write [train.optimizer]"}},
      {"[train.optimizer]\nlr = nan", {"train.optimizer.lr = nan; expected a number, from 0 to 1"}},
      {"[train.optimizer]\nkind = \"adam\"",
       {"line 2: train.optimizer.kind = \"adam\"; expected one of: adamw, sgd", "did you mean 'adamw'?"}},
      {"[train.optimizer]\nbetas = [0.9, 1.5]",
       {"line 2: train.optimizer.betas", "a list of numbers, from 0 to 1"}},
      {"[train.optimizer]\nbetas = [0.9, \"x\"]", {"expected a list of numbers"}},
      {"[train.optimizer]\nbetas = 0.9", {"betas = 0.9; expected a list of numbers"}},
      {"[stages]\nepochs = 3", {"line 1: stages = a table; expected a list of tables", "write [[stages]]"}},
      {"stages = [1, 2]", {"stages = [1, 2]; expected a list of tables"}},
      {"[[stages]]\nepochs = 0",
       {"line 2: stages.0.epochs = 0; expected a whole number, at least 1 (epochs)"}},
      {"[[train]]\nbatch = 3", {"train = a list of tables; expected a table"}},
      {"seed = 1\nseed = 2", {"line 2: not TOML"}},
      {"seed = ", {"line 1: not TOML"}},
      {"seed = 99999999999999999999", {"line 1: not TOML"}},
      {"name = \"\xFF\"", {"line 1: not TOML"}},
  };
  for (const auto& [toml, parts] : cases) {
    Options o;
    const std::string what =
        error_of(ErrorKind::Usage, [&, text = toml] { apply_toml(o.describer(), text, "run.toml"); });
    EXPECT_THAT(what, HasSubstr("[config] run.toml, ")) << toml;
    for (const char* part : parts) EXPECT_THAT(what, HasSubstr(part)) << toml;
  }
}

TEST(ApplyToml, BoundsNestingAndShowsNoLongValues) {
  Options o;
  error_of(ErrorKind::Usage,
           [&] { apply_toml(o.describer(), "name = " + std::string(100'000, '['), "deep.toml"); });
  const std::string what = error_of(ErrorKind::Usage, [&] {
    apply_toml(o.describer(), "seed = \"" + std::string(100'000, 'x') + "\"", "long.toml");
  });
  EXPECT_LT(what.size(), 200u);
}

TEST(ToToml, PlainKeysStandBeforeTables) {
  Options o;
  EXPECT_EQ(to_toml(o.describer(), false), R"(name = "run"
extra = []
seed = 0

[train]
batch = 32
amp = false

[train.optimizer]
kind = "adamw"
lr = 0.001
betas = [0.9, 0.999]

[[stages]]
epochs = 1
lr = 0.1

[stages.optimizer]
kind = "adamw"
lr = 0.001
betas = [0.9, 0.999]

[[stages]]
epochs = 5
lr = 0.01

[stages.optimizer]
kind = "adamw"
lr = 0.001
betas = [0.9, 0.999]
)");
}

TEST(ToToml, ExplainsEachOptionOnce) {
  Options o;
  const std::string text = to_toml(o.describer(), true);
  EXPECT_THAT(text,
              AllOf(HasSubstr("# Name of the run; a|b is fine.\nname = \"run\"\n"),
                    HasSubstr("# Images per step. (images, from 1 to 4096)\nbatch = 32\n"),
                    HasSubstr("# Rule that moves the weights. (one of: adamw, sgd)\nkind = \"adamw\"\n"),
                    HasSubstr("[[stages]]\n# Length. (epochs, at least 1)\nepochs = 1\n"),
                    HasSubstr("[[stages]]\nepochs = 5\n")));
  Options copy;
  copy.seed = 5;
  apply_toml(copy.describer(), text, "config.toml");
  EXPECT_EQ(to_toml(copy.describer(), true), text);
}

TEST(ToToml, ReadsBackToTheSameOptions) {
  Options o;
  o.name = "tab\t, \"quotes\" and \\ in \n lines, µm, \x01\x7F #[x]";
  o.seed = std::numeric_limits<std::int64_t>::min();
  o.train.amp = true;
  o.train.optimizer.betas = {};
  o.train.optimizer.lr = 1.0 / 3;
  o.stages.clear();
  o.extra = {{.epochs = 3, .lr = std::numeric_limits<double>::infinity(), .optimizer = {.kind = "sgd"}},
             {.epochs = std::numeric_limits<std::int64_t>::max(), .lr = 5e-324, .optimizer = {.lr = 1e-5}},
             {.epochs = 1, .lr = 1.7976931348623157e308, .optimizer = {.lr = 1}}};
  const std::string text = to_toml(o.describer(), false);
  Options copy;
  apply_toml(copy.describer(), text, "config.toml");
  EXPECT_EQ(to_toml(copy.describer(), false), text);
  EXPECT_EQ(copy.name, o.name);
  EXPECT_EQ(copy.seed, o.seed);
  EXPECT_EQ(copy.train.optimizer.lr, o.train.optimizer.lr);
  EXPECT_THAT(copy.train.optimizer.betas, IsEmpty());
  EXPECT_THAT(copy.stages, IsEmpty());
  ASSERT_EQ(copy.extra.size(), 3u);
  EXPECT_EQ(copy.extra[0].optimizer.kind, "sgd");
  EXPECT_EQ(copy.extra[1].lr, 5e-324);
  EXPECT_EQ(copy.extra[1].epochs, o.extra[1].epochs);
}

TEST(ToToml, RefusesTextThatTomlCannotHold) {
  Options o;
  o.name = "caf\xE9";
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { to_toml(o.describer(), false); }), HasSubstr("not UTF-8"));
}

TEST(ToMarkdown, HasATablePerGroupAndShowsWhatListsMayHold) {
  Options o;
  EXPECT_EQ(to_markdown(o.describer()), R"(| key | type | default | range | meaning |
|---|---|---|---|---|
| `name` | text | `"run"` |  | Name of the run; a\|b is fine. |
| `seed` | whole number | `0` |  | Seed of all random streams. |

## [train]

| key | type | default | range | meaning |
|---|---|---|---|---|
| `train.batch` | whole number | `32` | from 1 to 4096, images | Images per step. |
| `train.amp` | true or false | `false` |  | Mixed precision. |

## [train.optimizer]

| key | type | default | range | meaning |
|---|---|---|---|---|
| `train.optimizer.kind` | text | `"adamw"` | one of: adamw, sgd | Rule that moves the weights. |
| `train.optimizer.lr` | number | `0.001` | from 0 to 1 | Learning rate. |
| `train.optimizer.betas` | list of numbers | `[0.9, 0.999]` | from 0 to 1 | Decay of the moments. |

## [[stages]]

A list; by default it has 2 of these:

| key | type | default | range | meaning |
|---|---|---|---|---|
| `stages.N.epochs` | whole number | `5` | at least 1, epochs | Length. |
| `stages.N.lr` | number | `0.01` | at least 0 | Peak learning rate. |

## [stages.N.optimizer]

| key | type | default | range | meaning |
|---|---|---|---|---|
| `stages.N.optimizer.kind` | text | `"adamw"` | one of: adamw, sgd | Rule that moves the weights. |
| `stages.N.optimizer.lr` | number | `0.001` | from 0 to 1 | Learning rate. |
| `stages.N.optimizer.betas` | list of numbers | `[0.9, 0.999]` | from 0 to 1 | Decay of the moments. |

## [[extra]]

A list; by default it has none of these:

| key | type | default | range | meaning |
|---|---|---|---|---|
| `extra.N.epochs` | whole number | `5` | at least 1, epochs | Length. |
| `extra.N.lr` | number | `0.01` | at least 0 | Peak learning rate. |

## [extra.N.optimizer]

| key | type | default | range | meaning |
|---|---|---|---|---|
| `extra.N.optimizer.kind` | text | `"adamw"` | one of: adamw, sgd | Rule that moves the weights. |
| `extra.N.optimizer.lr` | number | `0.001` | from 0 to 1 | Learning rate. |
| `extra.N.optimizer.betas` | list of numbers | `[0.9, 0.999]` | from 0 to 1 | Decay of the moments. |
)");
  EXPECT_EQ(o.stages.size(), 2u);
  EXPECT_THAT(o.extra, IsEmpty());
}

}  // namespace
}  // namespace giemsa
