#include "giemsa/formats/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "core/error_matchers.h"
#include "core/resident_memory.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Pair;

const std::filesystem::path kGolden = std::filesystem::path(GIEMSA_TEST_DATA) / "safetensors";

HostTensor tensor(std::vector<std::int64_t> shape, const std::vector<float>& values) {
  return HostTensor::make(
      std::move(shape), [&](std::span<float> out) { std::copy_n(values.begin(), out.size(), out.begin()); });
}

std::vector<std::uint32_t> bits(const HostTensor& t) {
  std::vector<std::uint32_t> out;
  for (const float value : t.values()) out.push_back(std::bit_cast<std::uint32_t>(value));
  return out;
}

/// The bytes of a file: length, header, then `data_bytes` bytes that count up.
std::string file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  file += header;
  for (std::size_t i = 0; i < data_bytes; ++i) file += static_cast<char>(i);
  return file;
}

class Safetensors : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "weights.safetensors"; }
  SafetensorsFile read(const std::string& bytes) const {
    std::ofstream(path(), std::ios::binary) << bytes;
    return read_safetensors(path());
  }
  std::string fault(const std::string& bytes) const {
    return error_of(ErrorKind::Model, [&] { read(bytes); });
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Safetensors, ReadsWhatOtherProgramsWrote) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const char* name :
       {"plain", "shuffled", "start_0_mod_4", "start_1_mod_4", "start_2_mod_4", "start_3_mod_4"}) {
    const SafetensorsFile file = read_safetensors(kGolden / (std::string(name) + ".safetensors"));
    ASSERT_EQ(file.tensors.size(), 4u) << name;
    const HostTensor& conv = file.tensors.at("conv.weight");
    EXPECT_THAT(conv.shape, ElementsAre(2, 3, 1, 2)) << name;
    for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(conv.values()[i], static_cast<float>(i) / 8) << name;
    EXPECT_TRUE(file.tensors.at("scalar").shape.empty()) << name;
    EXPECT_THAT(file.tensors.at("scalar").values(), ElementsAre(-1.5f)) << name;
    EXPECT_THAT(file.tensors.at("empty").shape, ElementsAre(0, 7)) << name;
    EXPECT_EQ(file.tensors.at("empty").size(), 0u) << name;
    EXPECT_THAT(file.tensors.at("größe/µ").values(), ElementsAre(infinity, -infinity, 1e-45f, 3.4028235e38f))
        << name;
    for (const auto& [tensor_name, t] : file.tensors) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(t.data.get()) % alignof(float), 0u)
          << name << ' ' << tensor_name;
    }
  }
  EXPECT_THAT(read_safetensors(kGolden / "plain.safetensors").metadata,
              ElementsAre(Pair("format", "pt"), Pair("note", "a \"quoted\" word")));
  EXPECT_TRUE(read_safetensors(kGolden / "none.safetensors").tensors.empty());
}

TEST_F(Safetensors, ConvertsEveryTypeToFp32) {
  const struct {
    const char *name, *type;
    std::vector<float> values;
  } kTensors[] = {
      // In the order of their data.
      {"z_counter", "I64", {7}},
      {"f16", "F16", {1.5f, -0.25f, 65504, 0x1p-24f}},
      {"odd", "BOOL", {1, 0, 1}},
      {"bf16", "BF16", {1.5f, -3}},
      {"f64", "F64", {0.1f, -std::numeric_limits<float>::infinity()}},
      {"f32", "F32", {0.1f}},
      {"i32", "I32", {-2, 16777216}},
      {"i16", "I16", {-300}},
      {"i8", "I8", {-3}},
      {"u64", "U64", {0x1p63f}},
      {"u32", "U32", {0x1p31f}},
      {"u16", "U16", {60000}},
      {"u8", "U8", {200}},
  };
  const auto check = [&](const SafetensorsFile& file) {
    ASSERT_EQ(file.tensors.size(), std::size(kTensors));
    std::vector<std::string> order;
    for (const auto& [name, type, values] : kTensors) {
      order.push_back(name);
      EXPECT_EQ(file.stored_types.at(name), type) << name;
      EXPECT_THAT(file.tensors.at(name).values(), ElementsAreArray(values)) << name;
    }
    EXPECT_EQ(file.order, order);
    EXPECT_THAT(file.tensors.at("f16").shape, ElementsAre(2, 2));
  };
  check(read_safetensors(kGolden / "types.safetensors"));
  check(read_safetensors(read_bytes(kGolden / "types.safetensors", 1 << 20), "memory"));
}

TEST_F(Safetensors, TensorsInMemoryAreCopied) {
  Bytes bytes = read_bytes(kGolden / "plain.safetensors", 1 << 20);
  const HostTensor conv = read_safetensors(bytes, "memory").tensors.at("conv.weight");
  std::fill(bytes.begin(), bytes.end(), 0);
  EXPECT_EQ(conv.values()[11], 1.375f);
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { read_safetensors(bytes, "memory"); }),
              HasSubstr("[safetensors] memory: "));
}

TEST_F(Safetensors, TensorsOutliveTheFile) {
  HostTensor mapped, copied;
  {
    const TemporaryFolder folder;
    for (const auto& [name, out] :
         {std::pair{"start_0_mod_4", &mapped}, std::pair{"start_1_mod_4", &copied}}) {
      const auto copy = folder.path() / name;
      std::filesystem::copy_file(kGolden / (std::string(name) + ".safetensors"), copy);
      *out = read_safetensors(copy).tensors.at("conv.weight");
    }
  }
  EXPECT_EQ(mapped.values()[11], 1.375f);
  EXPECT_EQ(copied.values()[11], 1.375f);
}

TEST_F(Safetensors, ATensorTakesItsMemoryWithIt) {
  constexpr std::size_t kValues = 2 << 20, kBytes = 4 * kValues, kMiB = 1 << 20;
  const HostTensor ones = tensor({static_cast<std::int64_t>(kValues)}, std::vector<float>(kValues, 1));
  write_safetensors(path(), {{"a", ones}, {"b", ones}, {"c", ones}}, {});
  StateDict tensors = read_safetensors(path()).tensors;
  const std::size_t before = testing::resident_file_bytes();
  for (const auto& [name, t] : tensors)
    EXPECT_EQ(std::ranges::count(t.values(), 1.f), std::ptrdiff_t{kValues});
  EXPECT_GE(testing::resident_file_bytes(), before + 3 * kBytes - kMiB);
  tensors.erase("b");
  EXPECT_LE(testing::resident_file_bytes(), before + 2 * kBytes + kMiB);
  EXPECT_GE(testing::resident_file_bytes(), before + 2 * kBytes - kMiB);
}

TEST_F(Safetensors, WhatIsWrittenReadsBackBitForBit) {
  const StateDict tensors = {
      {"b.weight", tensor({2, 3}, {1, -2, 3.5f, 1e-45f, -0.f, std::nanf("")})},
      {"a \"quoted\"/µ", tensor({1}, {7})},
      {"none", tensor({0}, {})},
      {"scalar", tensor({}, {42})},
  };
  const std::map<std::string, std::string> metadata = {{"network", "convnext_tiny"}, {"note", "line\nbreak"}};
  write_safetensors(path(), tensors, metadata);
  const SafetensorsFile file = read_safetensors(path());
  EXPECT_EQ(file.metadata, metadata);
  ASSERT_EQ(file.tensors.size(), tensors.size());
  for (const auto& [name, t] : tensors) {
    EXPECT_EQ(file.tensors.at(name).shape, t.shape) << name;
    EXPECT_EQ(bits(file.tensors.at(name)), bits(t)) << name;
  }
  // The data begins at a multiple of 64 bytes.
  const Bytes bytes = read_bytes(path(), 1 << 20);
  std::uint64_t header;
  std::memcpy(&header, bytes.data(), 8);
  EXPECT_EQ((8 + header) % 64, 0u);
  EXPECT_EQ(bytes.size(), 8 + header + 4 * (6 + 1 + 0 + 1));
}

TEST_F(Safetensors, TheSameTensorsAreTheSameBytes) {
  const StateDict tensors = {{"a", tensor({2}, {1, 2})}, {"b", tensor({1}, {3})}};
  write_safetensors(path(), tensors, {});
  const Bytes first = read_bytes(path(), 1 << 20);
  write_safetensors(path(), tensors, {});
  EXPECT_EQ(read_bytes(path(), 1 << 20), first);
}

TEST_F(Safetensors, EveryDamageIsNamed) {
  const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const auto one = [](const char* shape, const char* offsets) {
    return R"({"a":{"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":)" + offsets + "}}";
  };
  const auto two = [](const char* first, const char* second) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + std::string(first) +
           R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}";
  };
  ASSERT_EQ(read(file_of(good, 8)).tensors.size(), 1u);
  ASSERT_EQ(read(file_of(two("[0,8]", "[8,12]"), 12)).tensors.size(), 2u);

  const struct {
    std::string bytes;
    const char* message;
  } kCases[] = {
      {"", "shorter than its 8-byte length field"},
      {std::string(7, '\0'), "shorter than its 8-byte length field"},
      {std::string(8, '\0'), "the header is not a JSON object"},
      {std::string(8, '\xFF'), "the header claims 18446744073709551615 bytes; the file has 8"},
      {file_of(good, 8).substr(0, 30), "bytes; the file has 30"},
      {std::string("\x01\xE1\xF5\x05\0\0\0\0", 8) + good, "the header claims 100000001 bytes"},
      // The header's text.
      {file_of("PK\x03\x04", 8), "not a JSON object"},
      {file_of("[1]", 0), "not a JSON object"},
      {file_of(" " + good, 8), "not a JSON object"},
      {file_of("{", 0), "not valid JSON"},
      {file_of(good + "}", 8), "not valid JSON"},
      {file_of("{\"a\xFF\":1}", 0), "not valid JSON"},
      {file_of("{\"a\":1e999}", 0), "not valid JSON"},
      {file_of("{\"a\":" + std::string(1'000'000, '['), 0), "tensor 'a' lacks dtype"},
      {file_of("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}", 0),
       "tensor 'a' lacks dtype"},
      {file_of(R"({"a":{"b":{"c":{"d":{"e":1}}}}})", 0), "not valid JSON"},
      {file_of(R"({"a":{"x":[[[1]]]}})", 0), "not valid JSON"},
      {file_of("{\"a\":{\"x\":" + std::string(1'000'000, '['), 0), "not valid JSON"},
      {file_of(good.substr(0, good.size() - 1) + "," + good.substr(1), 8), "names a tensor twice"},
      // Fields.
      {file_of(R"({"a":3})", 0), "tensor 'a' lacks dtype, shape or data_offsets"},
      {file_of(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8), "lacks dtype"},
      {file_of(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8), "lacks dtype, shape"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2]}})", 8), "lacks dtype, shape or data_offsets"},
      {file_of(R"({"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})", 8), "of the wrong type"},
      {file_of(one("2", "[0,8]"), 8), "of the wrong type"},
      {file_of(one("[2]", "8"), 8), "of the wrong type"},
      {file_of(one("[2]", "[0]"), 8), "of the wrong type"},
      {file_of(one("[2]", "[0,4,8]"), 8), "of the wrong type"},
      {file_of(one("[2.0]", "[0,8]"), 8), "no whole number"},
      {file_of(one("[-2]", "[0,8]"), 8), "no whole number"},
      {file_of(one("[\"2\"]", "[0,8]"), 8), "no whole number"},
      {file_of(one("[2]", "[0,8.0]"), 8), "no whole number"},
      {file_of(one("[2]", "[-8,0]"), 8), "no whole number"},
      {file_of(one("[18446744073709551616]", "[0,8]"), 8), "no whole number"},
      {file_of(one("[1,1,1,1,1,1,1,1,2]", "[0,8]"), 8), "too many dimensions"},
      {file_of(R"({"__metadata__":[],"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8),
       "__metadata__ is not an object"},
      {file_of(R"({"__metadata__":{"n":1}})", 0), "metadata 'n' is not a string"},
      {file_of(R"({"__metadata__":{"n":["1"]}})", 0), "metadata 'n' is not a string"},
      {file_of(R"({"__metadata__":{},"__metadata__":{}})", 0), "the header has two __metadata__"},
      {file_of(R"({"a\u001b[31m":3})", 0), "tensor 'a\\x1b[31m' lacks"},
      {file_of(one("[[2]]", "[0,8]"), 8), "no whole number"},
      {file_of(one("{\"n\":2}", "[0,8]"), 8), "of the wrong type"},
      {file_of(R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}})", 2),
       "tensor 'a' is F8_E4M3, which is not read"},
      {file_of(R"({"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}})", 8), "is f32, which is not read"},
      // Sizes: products that overflow, that do not fit the file or the offsets.
      {file_of(one("[4294967296,4294967296]", "[0,8]"), 8), "larger than the file"},
      {file_of(one("[4611686018427387905]", "[0,4]"), 4), "larger than the file"},
      {file_of(one("[65536,65536,65536,65536]", "[0,0]"), 0), "larger than the file"},
      {file_of(one("[3]", "[0,12]"), 8), "larger than the file"},
      {file_of(one("[1]", "[0,8]"), 8), "offsets that do not match its shape"},
      {file_of(one("[2]", "[0,4]"), 8), "offsets that do not match its shape"},
      {file_of(R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}})", 8), "do not match its shape"},
      {file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}})", 4), "larger than the file"},
      {file_of(one("[2]", "[8,0]"), 8), "lies outside the file"},
      {file_of(one("[2]", "[4,12]"), 8), "lies outside the file"},
      {file_of(one("[2]", "[18446744073709551608,18446744073709551615]"), 8), "lies outside the file"},
      // Layout.
      {file_of(one("[2]", "[4,12]"), 12), "tensor 'a' begins at 4, expected at 0"},
      {file_of(two("[0,8]", "[4,8]"), 8), "tensor 'b' begins at 4, expected at 8"},
      {file_of(two("[0,8]", "[12,16]"), 16), "tensor 'b' begins at 12, expected at 8"},
      {file_of(good, 9), "9 bytes of data, the header names 8"},
      {file_of("{}", 4), "4 bytes of data, the header names 0"},
  };
  for (const auto& [bytes, message] : kCases) {
    const std::string what = fault(bytes);
    EXPECT_THAT(what, HasSubstr(message)) << bytes.substr(0, 200);
    EXPECT_THAT(what, HasSubstr("[safetensors] " + path().string())) << bytes.substr(0, 200);
    EXPECT_LT(what.size(), 500u);
  }
}

TEST_F(Safetensors, FieldsThatAreNotKnownAreLeftAside) {
  const SafetensorsFile file = read(file_of(
      R"({"a":{"x":{"shape":[9]},"y":[[1],null],"dtype":"F32","shape":[2],"data_offsets":[0,8],"z":1.5}})",
      8));
  EXPECT_THAT(file.tensors.at("a").shape, ElementsAre(2));
}

TEST_F(Safetensors, TheHeaderIsBounded) {
  const auto header = [](int tensors) {
    std::string text = "{";
    for (int i = 0; i < tensors; ++i) {
      text +=
          (i > 0 ? ",\"" : "\"") + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    }
    return file_of(text + "}", 0);
  };
  EXPECT_EQ(read(header(100'000)).tensors.size(), 100'000u);
  EXPECT_THAT(fault(header(100'001)), HasSubstr("the header names more than 100000 tensors"));
  std::string notes = R"({"__metadata__":{)";
  for (int i = 0; i <= 10'000; ++i) notes += (i > 0 ? ",\"" : "\"") + std::to_string(i) + R"(":"")";
  EXPECT_THAT(fault(file_of(notes + "}}", 0)), HasSubstr("the header has more than 10000 metadata"));
}

TEST_F(Safetensors, EveryTruncationIsNoticed) {
  const StateDict tensors = {{"a", tensor({2, 2}, {1, 2, 3, 4})}, {"b", tensor({1}, {5})}};
  write_safetensors(path(), tensors, {{"k", "v"}});
  const std::string whole = read_text(path());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    error_of(ErrorKind::Model, [&] { read(whole.substr(0, size)); });
  }
}

TEST_F(Safetensors, AFileThatIsNotThereIsAnIoError) {
  error_of(ErrorKind::Io, [&] { read_safetensors(path()); });
}

}  // namespace
}  // namespace giemsa
