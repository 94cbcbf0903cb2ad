#include "giemsa/formats/keras_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

/// Written by h5py as Keras does (tests/golden/make/keras_files.py).
const std::filesystem::path kGolden = std::filesystem::path(GIEMSA_TEST_DATA) / "keras_files";

Bytes golden_bytes(const std::string& name) { return read_bytes(kGolden / name, 1 << 20); }

/// One row of a table of tensors; value i is first + i / 8.
struct Row {
  std::string name;
  std::vector<std::int64_t> shape;
  float first;
};

void expect_tensors(const WeightFile& file, const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row.name);
  EXPECT_THAT(file.order, ElementsAreArray(names));
  EXPECT_EQ(file.tensors.size(), rows.size());
  EXPECT_EQ(file.stored_types.size(), rows.size());
  for (const Row& row : rows) {
    ASSERT_TRUE(file.tensors.contains(row.name)) << row.name;
    const HostTensor& tensor = file.tensors.at(row.name);
    EXPECT_EQ(tensor.shape, row.shape) << row.name;
    EXPECT_EQ(file.stored_types.at(row.name), "F32") << row.name;
    for (std::size_t i = 0; i < tensor.size(); ++i) {
      ASSERT_EQ(tensor.values()[i], row.first + static_cast<float>(i) / 8) << row.name << ' ' << i;
    }
  }
}

/// In the order of layer_names; the groups lie in the file by name, and count up in that order.
const std::vector<Row> kModel = {
    {"conv/kernel", {3, 3, 3, 4}, 400},
    {"conv/bias", {4}, 500},
    {"dw/depthwise_kernel", {3, 3, 4, 1}, 600},
    {"bn/gamma", {4}, 200},
    {"bn/moving_mean", {4}, 300},
    {"down_norm/gamma", {4}, 0},
    {"down_dense/kernel", {4, 2}, 100},
};

TEST(KerasFile, ReadsKeras2InTheOrderOfItsLayers) {
  for (const char* name : {"keras2.h5", "keras2_latest.h5"}) {
    const WeightFile file = read_keras_hdf5(kGolden / name);
    EXPECT_EQ(file.format, "Keras HDF5") << name;
    expect_tensors(file, kModel);
  }
}

TEST(KerasFile, ReadsTheWeightsOfAWholeModel) {
  const WeightFile file = read_keras_hdf5(kGolden / "whole_model.h5");
  EXPECT_EQ(file.format, "Keras HDF5");
  expect_tensors(file, {{"dw/depthwise_kernel", {3, 3, 4, 1}, 0}});
}

TEST(KerasFile, MakesNamesUniqueAndJoinsSplitLists) {
  expect_tensors(read_keras_hdf5(kGolden / "names.h5"), {{"conv/kernel", {3}, 300},
                                                         {"nested_b/Variable", {1}, 400},
                                                         {"nested_a/conv/kernel", {2}, 100},
                                                         {"scale/Variable", {1}, 200},
                                                         {"block1_conv1/block1_conv1_W_1", {2, 3}, 0},
                                                         {"top_level_model_weights/temperature", {}, 2.5f}});
}

TEST(KerasFile, ReadsKeras3InNaturalOrder) {
  const WeightFile file = read_keras_hdf5(kGolden / "keras3.weights.h5");
  EXPECT_EQ(file.format, "Keras 3 HDF5");
  expect_tensors(file, {{"layers/conv2d_2/vars/0", {1, 1, 2, 2}, 0},
                        {"layers/conv2d_10/vars/0", {1, 1, 1, 2}, 0},
                        {"layers/conv2d_10/vars/1", {2}, 100},
                        {"layers/sequential/layers/dense/vars/0", {2, 3}, 0}});
}

TEST(KerasFile, KeepsTheOrderOfCreationWhereItIsTracked) {
  EXPECT_THAT(read_keras_hdf5(kGolden / "tracked_3.weights.h5").order,
              ElementsAre("layers/dense/vars/00", "layers/dense/vars/17", "layers/dense/vars/34"));
  const auto order = read_keras_hdf5(kGolden / "tracked_40.weights.h5").order;
  ASSERT_EQ(order.size(), 40u);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(std::stoull(order[i].substr(18)), i * 17 % 40);
}

TEST(KerasFile, ReadsBehindAUserBlock) {
  for (const std::size_t size : {512, 1024, 4096}) {
    Bytes bytes(size, 'x');
    const Bytes file = golden_bytes("keras2.h5");
    bytes.insert(bytes.end(), file.begin(), file.end());
    expect_tensors(read_keras_hdf5(bytes, "user block"), kModel);
  }
}

TEST(KerasFile, ReadsFromMemoryWhatItReadsFromFiles) {
  const WeightFile mapped = read_keras_hdf5(kGolden / "keras2.h5");
  WeightFile copied;
  {
    const Bytes bytes = golden_bytes("keras2.h5");
    copied = read_keras_hdf5(bytes, "memory");
  }
  EXPECT_EQ(copied.order, mapped.order);
  expect_tensors(copied, kModel);
}

TEST(KerasFile, OtherHdf5IsNamed) {
  const std::string what = error_of(ErrorKind::Model, [] { read_keras_hdf5(kGolden / "datasets.h5"); });
  EXPECT_THAT(what,
              HasSubstr("datasets.h5: HDF5, but no weights of Keras: the root holds 'chunks', 'numbers', "
                        "'refused'; expected the attribute 'layer_names', or 'model_weights' or 'layers'"));
  EXPECT_THAT(what, HasSubstr("Hint: save the network with model.save_weights"));
  error_of(ErrorKind::Io, [] { read_keras_hdf5(kGolden / "absent.h5"); });
}

TEST(KerasFile, WhatDoesNotFitTogetherIsNamed) {
  // Replaces the first or the last place of a text by another of its length.
  const auto fault = [](std::string_view before, std::string_view after, bool first) {
    Bytes bytes = golden_bytes("keras2_latest.h5");
    const auto found = first ? std::search(bytes.begin(), bytes.end(), before.begin(), before.end())
                             : std::find_end(bytes.begin(), bytes.end(), before.begin(), before.end());
    EXPECT_NE(found, bytes.end()) << before;
    std::copy(after.begin(), after.end(), found);
    return error_of(ErrorKind::Model, [&] { read_keras_hdf5(bytes, "f.h5"); });
  };
  EXPECT_THAT(fault("input_1", "input_2", true),
              HasSubstr("[keras] f.h5: layer 'input_2' of layer_names has no group"));
  EXPECT_THAT(fault("weight_names", "weight_namez", true), HasSubstr("has no attribute 'weight_names'"));
  EXPECT_THAT(fault("dw/depthwise_kernel:0", "dw/depthwise_kernel:1", true),
              HasSubstr("layer 'dw' lacks the dataset 'dw/depthwise_kernel:1' of its weight_names"));
  EXPECT_THAT(fault("layer_names", "layer_namez", true),
              HasSubstr("no weights of Keras: the root holds 'a_seq"));
}

/// Reads damaged bytes: success or an Error of the kind Model, nothing else.
bool reads(std::span<const std::uint8_t> bytes) {
  try {
    read_keras_hdf5(bytes, "damaged");
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Model) << error.what();
    EXPECT_FALSE(error.hint().empty()) << error.what();
    return false;
  }
}

const char* const kDamaged[] = {
    "keras2.h5", "keras2_latest.h5",     "whole_model.h5",       "keras3.weights.h5",
    "names.h5",  "tracked_3.weights.h5", "tracked_40.weights.h5"};

TEST(KerasFile, EveryTruncationIsNoticed) {
  for (const char* name : kDamaged) {
    const Bytes whole = golden_bytes(name);
    ASSERT_TRUE(reads(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      ASSERT_FALSE(reads(std::span(whole).first(size))) << name << ' ' << size;
    }
  }
}

TEST(KerasFile, DamageIsAnErrorAndNoCrash) {
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    Random random({fnv1a("keras damage"), i});
    Bytes bytes = golden_bytes(kDamaged[i % std::size(kDamaged)]);
    for (std::uint64_t changes = 1 + random.below(8); changes > 0; --changes) {
      // Half of the changes hit where the structures lie rather than anywhere.
      const std::size_t begin =
          random.below(random.chance(0.5) ? std::min<std::size_t>(2048, bytes.size()) : bytes.size());
      const std::size_t end = std::min(bytes.size(), begin + 1 + random.below(random.chance(0.8) ? 1 : 8));
      for (std::size_t at = begin; at < end; ++at) {
        bytes[at] = random.chance(0.3) ? (random.chance(0.5) ? 0x00 : 0xFF)
                                       : static_cast<std::uint8_t>(random.bits());
      }
    }
    refused += !reads(bytes);
  }
  EXPECT_GT(refused, 2'000u);  // the damage does reach the structures
  EXPECT_LT(refused, 20'000u);
}

}  // namespace
}  // namespace giemsa
