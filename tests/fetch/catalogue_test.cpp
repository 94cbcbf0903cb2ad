#include "giemsa/weights/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Catalogue, KnowsWhatEachFileIsCheckedBy) {
  std::set<std::string_view> names, files;
  for (const PublishedWeights& entry : published_weights()) {
    SCOPED_TRACE(entry.name);
    EXPECT_TRUE(names.insert(entry.name).second);
    EXPECT_TRUE(files.insert(entry.file()).second);
    EXPECT_TRUE(entry.name.starts_with(entry.network.substr(0, 5)));
    EXPECT_TRUE(entry.folder.starts_with("https://"));
    EXPECT_TRUE(entry.folder.ends_with("/"));
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(entry.files[i].empty(), entry.sha256[i].empty());
      EXPECT_EQ(entry.sha256[i].find_first_not_of("0123456789abcdef"), std::string_view::npos);
    }
    EXPECT_GE(entry.sha256[0].size(), 8u);
    EXPECT_TRUE(entry.sha256[1].empty() || entry.sha256[1].size() == entry.sha256[0].size());
  }
}

TEST(Catalogue, TellsTheNewFileFromTheOld) {  // both hashes in full: pytorch/vision#7744
  const PublishedWeights& b4 = find_published_weights("efficientnet_b4");
  EXPECT_EQ(b4.file(), "efficientnet_b4_rwightman-23ab8bcd.pth");
  EXPECT_EQ(b4.network, "efficientnet_b4");
  EXPECT_TRUE(accepts_hash(b4, "23ab8bcd5bdbef61a7a43b91adcad81f622fd7f36fb4935a569828d77888c44e"));
  EXPECT_TRUE(accepts_hash(b4, "7eb33cd5" + std::string(56, '0')));
  EXPECT_FALSE(accepts_hash(b4, "23ab8bce" + std::string(56, '0')));
  EXPECT_FALSE(accepts_hash(find_published_weights("resnet50"), std::string(64, '0')));
}

TEST(Catalogue, WantsAllDigitsWhereTheyAreKnown) {
  const PublishedWeights& keras = find_published_weights("convnext_large_keras_notop");
  std::string hash = "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd";
  EXPECT_TRUE(accepts_hash(keras, hash));
  hash.back() = 'e';
  EXPECT_FALSE(accepts_hash(keras, hash));
}

TEST(Catalogue, NamesTheNearest) {
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { find_published_weights("resnet50_v3"); }),
              AllOf(HasSubstr("no published weights 'resnet50_v3'"), HasSubstr("did you mean 'resnet50")));
}

/// Sets the three variables; nullptr: not set.
void set_environment(const char* cache, const char* xdg, const char* home) {
  const auto set = [](const char* name, const char* value) {
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  };
  set("GIEMSA_CACHE", cache);
  set("XDG_CACHE_HOME", xdg);
  set("HOME", home);
}

TEST(Cache, IsWhereTheEnvironmentSays) {
  struct Case {
    const char *cache, *xdg, *home, *folder;
  };
  for (const Case& c :
       {Case{"mine", "/xdg", "/home/a", "mine"}, Case{nullptr, "/xdg", "/home/a", "/xdg/giemsa/weights"},
        Case{"", "relative", "/home/a", "/home/a/.cache/giemsa/weights"},
        Case{nullptr, nullptr, "/home/a", "/home/a/.cache/giemsa/weights"}}) {
    set_environment(c.cache, c.xdg, c.home);
    EXPECT_EQ(weights_cache(), c.folder);
  }
  set_environment(nullptr, nullptr, nullptr);
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { weights_cache(); }), HasSubstr("set GIEMSA_CACHE"));
}

TEST(Cache, HoldsFetchedFilesByName) {
  const TemporaryFolder folder;
  set_environment(folder.path().c_str(), nullptr, nullptr);
  const fs::path file = folder.path() / "resnet50-11ad3fa6.pth";
  EXPECT_EQ(cached_weights("resnet50_v2"), std::nullopt);
  EXPECT_THAT(error_of(ErrorKind::Io, [] { weights_path("resnet50_v2"); }),
              AllOf(HasSubstr("no file 'resnet50_v2'"), HasSubstr(folder.path().string()),
                    HasSubstr("giemsa weights fetch resnet50_v2")));
  write_atomic(file, "weights");
  EXPECT_EQ(cached_weights("resnet50_v2"), file);
  EXPECT_EQ(cached_weights("resnet50"), std::nullopt);
  EXPECT_EQ(cached_weights("unknown"), std::nullopt);
  EXPECT_EQ(weights_path("resnet50_v2"), file);
  EXPECT_EQ(weights_path(file.string()), file);
  EXPECT_EQ(weights_path("nowhere.pth"), "nowhere.pth");
  EXPECT_EQ(weights_path("no/where"), "no/where");
  EXPECT_THAT(error_of(ErrorKind::Io, [] { weights_path("resnet5O_v2"); }),
              AllOf(HasSubstr("no file 'resnet5O_v2', and no published weights of that name"),
                    HasSubstr("did you mean 'resnet50_v2'?")));
}

TEST(Cache, AFolderDoesNotStandInFrontOfAFetchedFile) {
  const TemporaryFolder folder;
  set_environment(folder.path().c_str(), nullptr, nullptr);
  const fs::path file = folder.path() / "resnet50-11ad3fa6.pth", here = fs::current_path();
  write_atomic(file, "weights");
  fs::create_directory(folder.path() / "resnet50_v2");
  fs::create_directory(folder.path() / "runs");
  fs::current_path(folder.path());
  EXPECT_EQ(weights_path("resnet50_v2"), file);
  EXPECT_EQ(weights_path("runs"), "runs") << "reading it says that it is a folder";
  fs::current_path(here);
}

}  // namespace
}  // namespace giemsa::testing
