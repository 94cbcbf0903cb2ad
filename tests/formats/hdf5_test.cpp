#include "giemsa/formats/hdf5.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "core/error_matchers.h"
#include "core/resident_memory.h"
#include "formats/hdf5_builder.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

/// A file that h5py wrote (tests/golden/make/keras_files.py), mapped.
Hdf5Object golden(const std::string& name) {
  const MappedFile file(std::filesystem::path(GIEMSA_TEST_DATA) / "keras_files" / name);
  return open_hdf5(file, name);
}

Hdf5Tensor tensor(const Hdf5Object& root, std::string_view path) { return root.find(path).value().tensor(); }

TEST(Hdf5, ReadsEveryTypeOfNumber) {
  const Hdf5Object root = golden("datasets.h5");
  const struct {
    const char* name;
    StoredType type;
    float last;
  } kCases[] = {
      {"float16", StoredType::F16, 100}, {"float32", StoredType::F32, 100}, {"float64", StoredType::F64, 100},
      {"int8", StoredType::I8, 100},     {"int64", StoredType::I64, 100},   {"uint32", StoredType::U32, 100},
      {"bool", StoredType::Bool, 1},
  };
  for (const auto& [name, type, last] : kCases) {
    const Hdf5Tensor read = tensor(root, "numbers/" + std::string(name));
    EXPECT_EQ(read.type, type) << name;
    EXPECT_THAT(read.values.shape, ElementsAre(3)) << name;
    EXPECT_THAT(read.values.values(), ElementsAre(0, 1, last)) << name;
  }
  const Hdf5Tensor bfloat16 = tensor(root, "numbers/bfloat16");
  EXPECT_EQ(bfloat16.type, StoredType::BF16);
  EXPECT_THAT(bfloat16.values.values(), ElementsAre(1, 1.125f, 1.25f));
}

TEST(Hdf5, ReadsEveryShape) {
  const Hdf5Object root = golden("datasets.h5");
  EXPECT_THAT(tensor(root, "numbers/scalar").values.shape, IsEmpty());
  EXPECT_THAT(tensor(root, "numbers/scalar").values.values(), ElementsAre(-1.5f));
  EXPECT_THAT(tensor(root, "numbers/none").values.shape, ElementsAre(0, 3));
  EXPECT_THAT(tensor(root, "numbers/none").values.values(), IsEmpty());
  EXPECT_THAT(tensor(root, "numbers/compact").values.values(), ElementsAre(0, 0.125f, 0.25f, 0.375f, 0.5f));
}

TEST(Hdf5, ReadsChunks) {
  const Hdf5Object root = golden("datasets.h5");
  const struct {
    const char* path;
    std::vector<std::int64_t> shape;
    float first;
  } kCases[] = {
      {"chunks/shuffled", {7, 5, 3}, 0},  // deflated; chunks reach beyond the edges
      {"chunks/plain", {3, 5}, 1},
      {"chunks/many", {70}, 2},  // a tree of two levels
  };
  for (const auto& [path, shape, first] : kCases) {
    const HostTensor read = tensor(root, path).values;
    EXPECT_EQ(read.shape, shape) << path;
    for (std::size_t i = 0; i < read.size(); ++i) {
      ASSERT_EQ(read.values()[i], first + static_cast<float>(i) / 8) << path << ' ' << i;
    }
  }
}

TEST(Hdf5, AlignedFp32StaysInTheFile) {
  const auto path = std::filesystem::path(GIEMSA_TEST_DATA) / "keras_files";
  const MappedFile aligned(path / "keras2.h5"), mixed(path / "datasets.h5");
  const auto stays = [](const MappedFile& file, const Hdf5Object& root, const char* dataset) {
    const HostTensor read = tensor(root, dataset).values;
    const auto* data = reinterpret_cast<const std::uint8_t*>(read.data.get());
    return data >= file.bytes().data() && data < file.bytes().data() + file.bytes().size();
  };
  EXPECT_TRUE(stays(aligned, open_hdf5(aligned, "file"), "conv/conv/kernel:0"));
  EXPECT_FALSE(stays(aligned, open_hdf5(aligned.bytes(), "file"), "conv/conv/kernel:0"));
  EXPECT_FALSE(stays(mixed, open_hdf5(mixed, "file"), "numbers/float32"));  // behind three halves
  EXPECT_FALSE(stays(mixed, open_hdf5(mixed, "file"), "numbers/int8"));
}

TEST(Hdf5, ATensorTakesItsMemoryWithIt) {
  constexpr std::size_t kBytes = 8 << 20, kMiB = 1 << 20;
  testing::Hdf5Builder builder;
  std::vector<testing::Hdf5MessageBytes> links;
  for (const char* name : {"a", "b", "c"}) {
    const std::uint64_t data = builder.add(std::string(kBytes, '\1'));
    links.push_back(testing::link(
        name, builder.object(testing::dataset(kBytes / 4, testing::float_type(), data, kBytes))));
  }
  const TemporaryFolder folder;
  write_atomic(folder.path() / "f.h5", builder.finish(builder.object(links)));
  const std::size_t before =
      testing::resident_file_bytes();  // reading what describes the data maps some of it
  std::map<std::string, HostTensor> tensors;
  {
    const MappedFile file(folder.path() / "f.h5");
    for (const char* name : {"a", "b", "c"}) tensors[name] = tensor(open_hdf5(file, "f.h5"), name).values;
  }
  const float value = std::bit_cast<float>(0x01010101u);
  for (const auto& [name, t] : tensors)
    EXPECT_EQ(std::ranges::count(t.values(), value), static_cast<std::ptrdiff_t>(kBytes / 4));
  EXPECT_GE(testing::resident_file_bytes(), before + 3 * kBytes - kMiB);
  tensors.erase("b");
  EXPECT_LE(testing::resident_file_bytes(), before + 2 * kBytes + kMiB);
  EXPECT_GE(testing::resident_file_bytes(), before + 2 * kBytes - kMiB);
}

TEST(Hdf5, ReadsFloatsOfIeeeOnly) {
  const auto read = [](const std::string& type, std::uint64_t bytes) {
    testing::Hdf5Builder builder;
    const std::uint64_t data = builder.add(std::string(bytes, '\0'));
    const std::uint64_t dataset = builder.object(testing::dataset(1, type, data, bytes));
    const auto file = testing::as_bytes(builder.finish(builder.object({testing::link("w", dataset)})));
    return tensor(open_hdf5(file, "f.h5"), "w").type;
  };
  const std::string good = testing::float_type();
  ASSERT_EQ(read(good, 4), StoredType::F32);
  const struct {
    std::size_t at;
    int value;
    const char* message;
  } kSpoiled[] = {
      {1, 0x21, "holds big-endian floats of 4 bytes"},
      {1, 0x61, "holds VAX-ordered floats of 4 bytes"},
      {1, 0x60, "holds floats of 4 bytes"},  // an order that is not defined
      {1, 0x00, "holds floats of 4 bytes"},  // the fraction's first bit stored, not implied
      {2, 0x1E, "holds floats of 4 bytes"},  // place of the sign
      {4, 8, "holds floats of 8 bytes"},
      {8, 1, "holds floats of 4 bytes"},    // first bit
      {10, 31, "holds floats of 4 bytes"},  // bits
      {12, 22, "holds floats of 4 bytes"},  // place of the exponent
      {13, 7, "holds floats of 4 bytes"},
      {14, 1, "holds floats of 4 bytes"},  // place of the fraction
      {15, 22, "holds floats of 4 bytes"},
      {16, 128, "holds floats of 4 bytes"},  // bias
  };
  for (const auto& [at, value, message] : kSpoiled) {
    std::string type = good;
    type[at] = static_cast<char>(value);
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { read(type, 8); }), HasSubstr(message)) << at;
  }
}

TEST(Hdf5, ReadsEnumerationsOfFalseAndTrueOnly) {
  using testing::Hdf5Bytes;
  const auto read = [](const std::vector<std::string>& names, const std::string& values, unsigned version) {
    Hdf5Bytes type;
    type.number(version << 4 | 8, 1).number(names.size(), 3).number(1, 4);
    type.number(0x10, 1).number(8, 3).number(1, 4).number(0, 2).number(8, 2);  // a signed byte
    for (const std::string& name : names) type.padded(name + '\0', version < 3 ? 8 : 1);
    type.text(values);
    testing::Hdf5Builder builder;
    const std::uint64_t data = builder.add("\1");
    const std::uint64_t dataset = builder.object(testing::dataset(1, type.str(), data, 1));
    const auto file = testing::as_bytes(builder.finish(builder.object({testing::link("w", dataset)})));
    return tensor(open_hdf5(file, "f.h5"), "w").type;
  };
  const std::string values("\0\1", 2);
  for (const unsigned version : {1, 2, 3}) {
    EXPECT_EQ(read({"FALSE", "TRUE"}, values, version), StoredType::Bool) << version;
  }
  const auto refused = [&](const std::vector<std::string>& names, const std::string& members) {
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { read(names, members, 1); }),
                HasSubstr("holds enumerations of 1 bytes"));
  };
  refused({"RED", "BLUE"}, values);
  refused({"TRUE", "FALSE"}, values);
  refused({"FALSE", "TRUE"}, std::string("\1\0", 2));
  refused({"FALSE", "TRUE", "MAYBE"}, std::string("\0\1\2", 3));
}

TEST(Hdf5, NamesDoNotReachTheTerminalRaw) {
  testing::Hdf5Builder builder;
  const std::uint64_t group = builder.object({testing::link("\x1b[31m", 96)});
  const auto file = testing::as_bytes(builder.finish(builder.object({testing::link("\x1b]0;x\a", group)})));
  const auto find = [&] { open_hdf5(file, "f.h5").find("\x1b]0;x\a").value().tensor(); };
  EXPECT_THAT(error_of(ErrorKind::Model, find), HasSubstr("'\\x1b]0;x\\x07' lacks its size"));
}

TEST(Hdf5, FindsItsSignatureBehindAUserBlock) {
  const std::string signature = "\x89HDF\r\n\x1a\n";
  for (const std::size_t at : {0u, 512u, 1024u, 65536u}) {
    EXPECT_EQ(find_hdf5_signature(testing::as_bytes(std::string(at, 'x') + signature)), at);
  }
  for (const std::size_t at : {1u, 511u, 513u, 1536u}) {
    EXPECT_EQ(find_hdf5_signature(testing::as_bytes(std::string(at, 'x') + signature)), std::nullopt);
  }
}

TEST(Hdf5, ReadsStrings) {
  const Hdf5Object root = golden("attributes.h5");
  EXPECT_THAT(root.strings("fixed"), Optional(ElementsAre("a", "bc", "")));
  EXPECT_THAT(root.strings("variable"), Optional(ElementsAre("a", "größe", "")));
  EXPECT_THAT(root.strings("one"), Optional(ElementsAre("alone")));
  EXPECT_THAT(root.strings("empty"), Optional(IsEmpty()));
  EXPECT_EQ(root.strings("fixe"), std::nullopt);
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { root.strings("number"); }),
              HasSubstr("has an attribute 'number' that is no text"));
}

TEST(Hdf5, ReadsAttributesThatLieInAHeap) {
  const Hdf5Object dense = golden("attributes.h5").find("dense").value();
  EXPECT_THAT(dense.strings("short"), Optional(ElementsAre("a", "bc")));
  EXPECT_THAT(dense.strings("huge"), Optional(ElementsAre("first", "second", "third")));
  EXPECT_EQ(dense.strings("other"), std::nullopt);
}

TEST(Hdf5, ReadsTheLinksOfEveryKindOfGroup) {
  const auto names = [](const Hdf5Object& group) {
    std::vector<std::string> list;
    for (const Hdf5Link& link : group.links()) list.push_back(link.name);
    return list;
  };
  EXPECT_THAT(names(golden("datasets.h5")), ElementsAre("chunks", "numbers", "refused"));  // symbol table
  EXPECT_THAT(names(golden("attributes.h5")), ElementsAre("dense", "new_chunks"));         // link messages
  const auto many = golden("tracked_40.weights.h5").find("layers/dense/vars").value().links();  // heap
  EXPECT_EQ(many.size(), 40u);
  for (const Hdf5Link& link : many) {
    EXPECT_EQ(std::stoull(link.name), link.creation_order.value() * 17 % 40);
  }
}

TEST(Hdf5, FindsPaths) {
  const Hdf5Object root = golden("datasets.h5");
  EXPECT_EQ(root.find("numbers/int8").value().path(), "numbers/int8");
  EXPECT_TRUE(root.find("numbers").value().is_group());
  EXPECT_FALSE(root.find("numbers").value().is_dataset());
  EXPECT_TRUE(root.find("numbers/int8").value().is_dataset());
  for (const char* absent : {"", "/", "number", "numbers/", "/numbers", "numbers//int8", "numbers/int8/x"}) {
    EXPECT_FALSE(root.find(absent).has_value()) << absent;
  }
}

TEST(Hdf5, NamesWhatItDoesNotRead) {
  const struct {
    const char *file, *path, *message;
  } kCases[] = {
      {"datasets.h5", "refused/lzf",
       "is packed with the filter 'lzf'; deflate and shuffle are read\n"
       "Hint: rewrite the file unpacked: h5repack -l CONTI -f NONE IN OUT"},
      {"attributes.h5", "new_chunks",
       "lies in chunks of a newer kind\nHint: rewrite the file unpacked: h5repack"},
      {"datasets.h5", "refused/big_endian",
       "holds big-endian floats of 4 bytes; little-endian integers and floats as"},
      {"datasets.h5", "refused/text", "holds variable lengths of 16 bytes"},
      {"datasets.h5", "refused/complex", "holds compounds of 8 bytes"},
      {"datasets.h5", "refused/unwritten", "was never written"},
      {"datasets.h5", "refused/unwritten_chunks", "its layout has no chunks"},
      {"datasets.h5", "refused/external_data", "lies in other files"},
      {"datasets.h5", "refused/shared_type", "shares its type with other objects"},
      {"datasets.h5", "refused/soft_link", "'refused/soft_link' is a soft or external link"},
      {"datasets.h5", "refused/external_link", "'refused/external_link' is a soft or external link"},
      {"datasets.h5", "refused", "'refused' lacks its size"},
  };
  for (const auto& [file, path, message] : kCases) {
    const Hdf5Object root = golden(file);
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { tensor(root, path); }), HasSubstr(message)) << path;
  }
}

TEST(Hdf5, TellsACutFileByItsSuperblock) {
  const Bytes whole =
      read_bytes(std::filesystem::path(GIEMSA_TEST_DATA) / "keras_files" / "keras2.h5", 1 << 20);
  const auto open = [&](std::size_t size) {
    return error_of(ErrorKind::Model, [&] { open_hdf5(std::span(whole).first(size), "cut.h5"); });
  };
  EXPECT_THAT(open(0), HasSubstr("[hdf5] cut.h5: not an HDF5 file"));
  EXPECT_THAT(open(20), HasSubstr("[hdf5] cut.h5: the superblock ends early"));
  EXPECT_THAT(open(10'000), HasSubstr("[hdf5] cut.h5: cut short: 10000 bytes, its superblock says 20192\n"
                                      "Hint: the file is damaged or cut short; fetch it again"));
}

}  // namespace
}  // namespace giemsa
