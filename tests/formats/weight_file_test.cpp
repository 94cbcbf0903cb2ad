#include "giemsa/formats/weight_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/safetensors.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Pair;
using namespace std::string_literals;

class WeightFileTest : public ::testing::Test {
 protected:
  std::filesystem::path path(const std::string& content) const {
    const auto file = folder_.path() / "weights.pth";  // the name says nothing
    write_atomic(file, content);
    return file;
  }
  std::filesystem::path copy(const char* golden) const {
    return path(read_text(std::filesystem::path(GIEMSA_TEST_DATA) / golden));
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(WeightFileTest, TellsTheFormatByTheContent) {
  const WeightFile plain = read_weight_file(copy("safetensors/plain.safetensors"));
  EXPECT_EQ(plain.format, "safetensors");
  EXPECT_THAT(plain.order, ElementsAre("conv.weight", "scalar", "empty", "größe/µ"));
  EXPECT_THAT(plain.stored_types, ::testing::Contains(Pair("scalar", "F32")));
  EXPECT_THAT(plain.metadata, ::testing::Contains(Pair("format", "pt")));
  EXPECT_THAT(plain.tensors.at("scalar").values(), ElementsAre(-1.5f));

  EXPECT_EQ(read_weight_file(copy("torch/small.pth")).format, "PyTorch zip");
  EXPECT_EQ(read_weight_file(copy("torch/small_legacy.pth")).format, "PyTorch legacy");
  // Damaged files are told as what they are.
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_weight_file(path("\x89HDF\r\n\x1a\n")); }),
              HasSubstr("[hdf5]"));
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_weight_file(path("\x10\0\0\0\0\0\0\0{"s)); }),
              HasSubstr("[safetensors]"));
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_weight_file(path("PK\x05\x06")); }),
              HasSubstr("zip archive"));
}

TEST_F(WeightFileTest, FindsHdf5BehindAUserBlock) {
  const auto keras = std::filesystem::path(GIEMSA_TEST_DATA) / "keras_files";
  EXPECT_EQ(read_weight_file(keras / "tracked_3.weights.h5").tensors.size(),
            3u);  // h5py's userblock_size=512
  EXPECT_EQ(read_weight_file(path(std::string(2048, 'x') + read_text(keras / "keras2.h5"))).format,
            "Keras HDF5");
}

TEST_F(WeightFileTest, RemovesAPrefixOfSafetensorsToo) {
  const HostTensor one = HostTensor::make({1}, [](std::span<float> out) { out[0] = 1; });
  const auto file = path("");
  write_safetensors(file, {{"model.a", one}, {"model.b", one}}, {});
  EXPECT_THAT(read_weight_file(file).order, ElementsAre("a", "b"));
  EXPECT_EQ(read_weight_file(file).removed_prefix, "model.");
}

TEST_F(WeightFileTest, SaysWhichFormatsAreRead) {
  for (const std::string& content : {""s, "x"s, "\x80\x02}."s, std::string(100, '\0'), std::string(8, ' ')}) {
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_weight_file(path(content)); }),
                AllOf(HasSubstr("[weights] "), HasSubstr("weights.pth"), HasSubstr("safetensors, PyTorch"),
                      HasSubstr("Keras (.h5")));
  }
  for (const char* stand_in : {"<!DOCTYPE html>", "version https://git-lfs.github.com/spec/v1"}) {
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_weight_file(path(stand_in)); }),
                HasSubstr("fetch the file itself"));
  }
}

TEST_F(WeightFileTest, AFileThatIsNotThereIsAnIoError) {
  error_of(ErrorKind::Io, [&] { read_weight_file(path("").parent_path() / "none"); });
  error_of(ErrorKind::Io, [&] { read_weight_file(path("").parent_path()); });
}

}  // namespace
}  // namespace giemsa
