#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "core/test_options.h"
#include "giemsa/core/options.h"

namespace giemsa {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::Options;

TEST(ApplySetting, ReadsTheValueAsTheFieldsType) {
  struct Case {
    const char *setting, *line;  // the line of the TOML that follows
  };
  for (const auto& [setting, line] : std::initializer_list<Case>{
           {"train.batch=64", "\nbatch = 64\n"},
           {"train.batch= 64 ", "\nbatch = 64\n"},
           {"train.amp=true", "\namp = true\n"},
           {"seed=-9", "\nseed = -9\n"},
           {"name=a=b, c", "name = \"a=b, c\"\n"},
           {"name=", "name = \"\"\n"},
           {"train.optimizer.lr=1e-4", "\nlr = 0.0001\n"},
           {"train.optimizer.lr=1", "\nlr = 1.0\n"},
           {"train.optimizer.kind=sgd", "\nkind = \"sgd\"\n"},
           {"train.optimizer.betas=0.8,0.99", "\nbetas = [0.8, 0.99]\n"},
           {"train.optimizer.betas=[0.8, 0.99]", "\nbetas = [0.8, 0.99]\n"},
           {"train.optimizer.betas=0.8", "\nbetas = [0.8]\n"},
           {"train.optimizer.betas=", "\nbetas = []\n"},
           {"stages.1.lr=0.25", "epochs = 5\nlr = 0.25\n"},
           {"stages.0.epochs=12", "epochs = 12\nlr = 0.1\n"},
           {"stages.1.optimizer.kind=sgd", "lr = 0.01\n\n[stages.optimizer]\nkind = \"sgd\"\n"},
       }) {
    Options o;
    apply_setting(o.describer(), setting);
    EXPECT_THAT(to_toml(o.describer(), false), HasSubstr(line)) << setting;
  }
}

TEST(ApplySetting, ErrorsSayWhatWasExpectedAndChangeNothing) {
  struct Case {
    const char* setting;
    std::vector<const char*> parts;
  };
  const std::vector<Case> cases = {
      {"train.batch", {"--set train.batch: expected key=value"}},
      {"=3", {"expected key=value"}},
      {"train.bacth=3", {"--set train.bacth=3: unknown key", "did you mean 'train.batch'?"}},
      {"trian.batch=3", {"unknown key", "did you mean 'train.batch'?"}},
      {"batch=3", {"unknown key", "did you mean 'train.batch'?"}},
      {"xyz=3", {"unknown key", "one of: name, train, stages, extra, seed"}},
      {"seed.x=3", {"unknown key", "'seed' is a value"}},
      {"train=3", {"that is a table", "set one of its keys: batch, optimizer, amp"}},
      {"stages.0=3", {"that is a table", "epochs, lr, optimizer"}},
      {"stages.2.lr=3", {"'2' is no item of 'stages', which has 2", "counted from 0 to 1"}},
      {"stages.-1.lr=3", {"'-1' is no item"}},
      {"stages.lr=3", {"'lr' is no item of 'stages'"}},
      {"stages.0.lrr=3", {"unknown key", "did you mean 'stages.0.lr'?"}},
      {"extra.0.lr=3", {"the list 'extra' is empty", "configuration file"}},
      {"train.batch=", {"expected a whole number, from 1 to 4096 (images)"}},
      {"train.batch=abc", {"train.batch=abc: expected a whole number"}},
      {"train.batch=3.5", {"expected a whole number"}},
      {"train.batch=3x", {"expected a whole number"}},
      {"train.batch=0", {"expected a whole number, from 1"}},
      {"train.batch=99999999999999999999", {"expected a whole number"}},
      {"train.amp=yes", {"expected true or false"}},
      {"train.optimizer.lr=nan", {"expected a number, from 0 to 1"}},
      {"train.optimizer.lr=-0.1", {"expected a number, from 0 to 1"}},
      {"train.optimizer.kind=sdg", {"expected one of: adamw, sgd"}},
      {"train.optimizer.kind=adam", {"did you mean 'adamw'?"}},
      {"train.optimizer.betas=0.9,", {"expected a list of numbers, from 0 to 1"}},
      {"train.optimizer.betas=0.9,x", {"expected a list of numbers"}},
      {"train.optimizer.betas=0.9,2", {"expected a list of numbers, from 0 to 1"}},
      {"stages.0.epochs=0", {"stages.0.epochs=0: expected a whole number, at least 1 (epochs)"}},
  };
  Options untouched;
  for (const auto& [setting, parts] : cases) {
    Options o;
    const std::string what =
        error_of(ErrorKind::Usage, [&, text = setting] { apply_setting(o.describer(), text); });
    EXPECT_THAT(what, HasSubstr("[config] --set ")) << setting;
    for (const char* part : parts) EXPECT_THAT(what, HasSubstr(part)) << setting;
    EXPECT_EQ(to_toml(o.describer(), false), to_toml(untouched.describer(), false)) << setting;
  }
}

}  // namespace
}  // namespace giemsa
