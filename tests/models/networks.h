#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "giemsa/models/registry.h"

namespace giemsa {

/// What GoogleTest calls an entry of the registry that a test runs for.
inline void PrintTo(const ModelEntry& model, std::ostream* out) { *out << model.name; }

namespace testing {

/// The same for the test itself.
inline std::string name_of(const ::testing::TestParamInfo<ModelEntry>& test) {
  return std::string(test.param.name);
}

/// All of the registry; a new network is taken up by itself.
inline auto every_network() { return ::testing::ValuesIn(model_registry().begin(), model_registry().end()); }

/// All but ConvNeXt-L and -XL: the layers of ConvNeXt-B, only wider, of which a test of gradients or of whole
/// states moves gigabytes.
inline auto networks_up_to_convnext_base() {
  std::vector<ModelEntry> models(model_registry().begin(), model_registry().end());
  std::erase_if(models, [](const ModelEntry& model) {
    return model.name.starts_with("convnext_large") || model.name.starts_with("convnext_xlarge");
  });
  return ::testing::ValuesIn(models);
}

}  // namespace testing
}  // namespace giemsa
