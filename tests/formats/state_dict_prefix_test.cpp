#include "giemsa/formats/state_dict_prefix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace giemsa {
namespace {

TEST(RemoveCommonPrefix, TakesAwayWhatWrappersPutBeforeEveryName) {
  const struct {
    std::vector<std::string> names, left;
    const char* removed;
  } kCases[] = {
      {{}, {}, ""},
      {{"conv.weight", "fc.bias"}, {"conv.weight", "fc.bias"}, ""},
      {{"module.conv.weight", "module.fc.bias"}, {"conv.weight", "fc.bias"}, "module."},
      {{"_orig_mod.b", "_orig_mod.a"}, {"b", "a"}, "_orig_mod."},
      {{"model.b", "model.a"}, {"b", "a"}, "model."},
      {{"net.b", "net.a"}, {"b", "a"}, "net."},
      {{"module._orig_mod.module.a", "module._orig_mod.module.b"}, {"a", "b"}, "module._orig_mod.module."},
      {{"model._orig_mod.a"}, {"a"}, "model._orig_mod."},
      {{"module.a", "module.module.b"}, {"a", "module.b"}, "module."},
      // Not before all names, not a whole word, nothing left.
      {{"module.a", "b"}, {"module.a", "b"}, ""},
      {{"model.a", "criterion.weight"}, {"model.a", "criterion.weight"}, ""},
      {{"models.a"}, {"models.a"}, ""},
      {{"module.module."}, {"module."}, "module."},
  };
  for (const auto& [names, left, removed] : kCases) {
    WeightFile file;
    for (const std::string& name : names) {
      file.order.push_back(name);
      file.stored_types[name] = name;
      file.tensors[name].shape = {static_cast<std::int64_t>(name.size())};
    }
    remove_common_prefix(file);
    EXPECT_EQ(file.order, left);
    EXPECT_EQ(file.removed_prefix, removed);
    EXPECT_EQ(file.tensors.size(), left.size());
    EXPECT_EQ(file.stored_types.size(), left.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      EXPECT_EQ(file.stored_types.at(left[i]), names[i]);
      EXPECT_EQ(file.tensors.at(left[i]).shape[0], static_cast<std::int64_t>(names[i].size()));
    }
  }
}

}  // namespace
}  // namespace giemsa
