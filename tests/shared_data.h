#pragma once
#include <cstdlib>
#include <filesystem>

namespace giemsa::testing {

/// Folder with the real images and weights: $GIEMSA_DATA, or ../shared beside the checkout.
/// Tests that need it skip themselves (GTEST_SKIP) where the path is absent.
inline std::filesystem::path shared_data(const std::filesystem::path& relative) {
  const char* named = std::getenv("GIEMSA_DATA");
  return std::filesystem::path(named ? named : GIEMSA_SHARED_DEFAULT) / relative;
}

}  // namespace giemsa::testing

#define GIEMSA_NEEDS_SHARED(relative)                                                       \
  if (!std::filesystem::exists(::giemsa::testing::shared_data(relative))) {                \
    GTEST_SKIP() << "needs " << ::giemsa::testing::shared_data(relative)                    \
                 << "; set GIEMSA_DATA to the folder that holds it";                        \
  }
