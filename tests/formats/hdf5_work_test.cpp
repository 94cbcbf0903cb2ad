// Files whose size is no measure of the work or the memory that a careless reader would spend on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "core/error_matchers.h"
#include "formats/hdf5_builder.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/keras_file.h"

namespace giemsa {
namespace {

using testing::as_bytes;
using testing::error_of;
using testing::float_type;
using ::testing::HasSubstr;
using testing::Hdf5Builder;
using testing::Hdf5MessageBytes;
using testing::link;
using testing::text_attribute;

/// Refused or read with this message within a second; before, each took from seconds to hours.
void expect_soon(const std::string& file, const std::string& message) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_keras_hdf5(as_bytes(file), "hostile.h5"); }),
              HasSubstr(message));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST(Hdf5Work, AListOfNamesInManyAttributesIsReadInOnePass) {
  constexpr int kParts = 40'000;
  std::vector<Hdf5MessageBytes> messages;
  for (int i = 0; i < kParts; ++i)
    messages.push_back(text_attribute("layer_names" + std::to_string(i), {"none"}));
  Hdf5Builder builder;
  const std::string file = builder.finish(builder.object(messages));
  const auto bytes = as_bytes(file);
  EXPECT_EQ(open_hdf5(bytes, "many.h5").split_strings("layer_names")->size(), std::size_t{kParts});
  expect_soon(file, "layer 'none' of layer_names has no group");
}

TEST(Hdf5Work, ALayerNamedOverAndOverIsReadOnce) {
  constexpr int kNames = 40'000;
  Hdf5Builder builder;
  std::vector<Hdf5MessageBytes> layer(2'000, text_attribute("other", {"x"}));
  layer.push_back(text_attribute("weight_names", {}));
  const std::uint64_t address = builder.object(layer);
  std::vector<Hdf5MessageBytes> root{link("layer", address)};
  for (int i = 0; i < kNames; ++i)
    root.push_back(text_attribute("layer_names" + std::to_string(i), {"layer"}));
  expect_soon(builder.finish(builder.object(root)), "far more work than a sound file");
}

TEST(Hdf5Work, ManyWeightsOfOneGroupAreFoundByName) {
  constexpr int kWeights = 20'000;
  Hdf5Builder builder;
  const std::uint64_t data = builder.add(std::string(4, '\0'));
  const std::uint64_t dataset = builder.object(testing::dataset(1, float_type(), data, 4));
  std::vector<Hdf5MessageBytes> layer;
  for (int i = 0; i < kWeights; ++i) {
    std::string name("w");
    name += std::to_string(i);
    layer.push_back(link(name, dataset));
    layer.push_back(text_attribute("weight_names" + std::to_string(i), {name}));
  }
  const std::uint64_t address = builder.object(layer);
  const auto file = as_bytes(
      builder.finish(builder.object({link("layer", address), text_attribute("layer_names", {"layer"})})));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(read_keras_hdf5(file, "wide.h5").tensors.size(), std::size_t{kWeights});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST(Hdf5Work, APathInARingEnds) {
  // A group that holds itself: as deep as a path is long.
  Hdf5Builder builder;
  const std::uint64_t ring = builder.object({link("a", 96)});
  ASSERT_EQ(ring, 96u);
  std::string path("a");
  for (int i = 0; i < 20'000; ++i) path += "/a";
  const std::uint64_t root = builder.object({link("a", ring), text_attribute("layer_names", {path})});
  expect_soon(builder.finish(root), "holds a path of more than 64 groups");
}

TEST(Hdf5Work, ManyNamesForOneTensorTakeBoundedMemory) {
  constexpr std::uint64_t kValues = 1 << 20, kNames = 40;  // 160 MB once each is copied, out of 4
  Hdf5Builder builder;
  const std::uint64_t data = builder.add(std::string(4 * kValues, '\0'));
  const std::uint64_t dataset = builder.object(testing::dataset(kValues, float_type(), data, 4 * kValues));
  std::vector<Hdf5MessageBytes> vars;
  for (std::uint64_t i = 0; i < kNames; ++i) vars.push_back(link(std::to_string(i), dataset));
  const std::uint64_t address = builder.object(vars);
  expect_soon(builder.finish(builder.object({link("vars", address)})),
              "would take more than 8 times their size and 16 MiB of memory");
}

TEST(Hdf5Work, ChunksUnfoldToABoundedSize) {
  // 32 MiB of zeros in 45 kB, by h5py.
  const Bytes file =
      read_bytes(std::filesystem::path(GIEMSA_TEST_DATA) / "keras_files" / "unfolds.h5", 1 << 20);
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { open_hdf5(file, "zeros.h5").find("zeros").value().tensor(); }),
              HasSubstr("would take more than 8 times their size and 16 MiB of memory"));
}

}  // namespace
}  // namespace giemsa
