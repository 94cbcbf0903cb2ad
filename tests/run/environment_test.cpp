#include "giemsa/run/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "giemsa/core/version.h"

namespace giemsa {
namespace {

TEST(Environment, SaysOnWhatARunRan) {
  const std::string text = environment_json({{"libtorch", "1.13"}, {"note", "a \"quoted\" µ"}});
  const auto json = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(json.at("giemsa"), version());
  EXPECT_FALSE(json.at("compiler").get<std::string>().empty());
  EXPECT_FALSE(json.at("processor").get<std::string>().empty());
  EXPECT_GE(json.at("processors").get<int>(), 1);
  EXPECT_EQ(json.at("system").get<std::string>().substr(0, 5), "Linux");
  EXPECT_THAT(json.at("started").get<std::string>(),
              ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
  EXPECT_EQ(json.at("libtorch"), "1.13");
  EXPECT_EQ(json.at("note"), "a \"quoted\" µ");
  EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace giemsa
