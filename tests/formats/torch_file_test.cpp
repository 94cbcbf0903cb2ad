#include "giemsa/formats/torch_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::error_of;
using ::testing::HasSubstr;

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(GIEMSA_TEST_DATA) / "torch" / name;
}

WeightFile read(const std::string& name) { return read_weight_file(golden(name)); }

std::string fault(const std::string& name) {
  return error_of(ErrorKind::Model, [&] { read(name); });
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(TorchFile, ReadsEveryTypeAndViewOfBothFormats) {
  const struct {
    const char *name, *type;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  } kTensors[] = {
      {"conv.weight",
       "F32",
       {2, 3, 1, 2},
       {0, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 0.75f, 0.875f, 1, 1.125f, 1.25f, 1.375f}},
      {"transposed", "F32", {3, 2}, {0, 3, 1, 4, 2, 5}},
      {"sliced", "F32", {2, 3}, {5, 7, 9, 10, 12, 14}},
      {"expanded", "F32", {3}, {2, 2, 2}},
      {"shared.all", "F32", {4}, {0, 1, 2, 3}},
      {"shared.end", "F32", {2}, {2, 3}},
      {"half", "F16", {5}, {1.5f, -0.25f, 65504, 0x1p-24f, kInfinity}},
      {"half.transposed", "F16", {2, 2}, {0, 2, 1, 3}},
      {"bfloat", "BF16", {3}, {1.5f, -3, 0x1p100f}},
      {"double", "F64", {2}, {0.1f, -kInfinity}},
      {"counter", "I64", {}, {7}},
      {"int", "I32", {2}, {-2, 16777216}},
      {"short", "I16", {1}, {-300}},
      {"char", "I8", {1}, {-3}},
      {"byte", "U8", {1}, {200}},
      {"flags", "BOOL", {2}, {1, 0}},
      {"empty", "F32", {0, 7}, {}},
      {"parameter", "F32", {1}, {4.5f}},
      {"größe/µ", "F32", {1}, {8}},
  };
  const auto check = [&](const WeightFile& file, const std::string& format) {
    EXPECT_EQ(file.format, format);
    std::vector<std::string> order;
    for (const auto& [name, type, shape, values] : kTensors) {
      order.push_back(name);
      ASSERT_TRUE(file.tensors.contains(name)) << name;
      EXPECT_EQ(file.stored_types.at(name), type) << name;
      EXPECT_EQ(file.tensors.at(name).shape, shape) << name;
      EXPECT_THAT(file.tensors.at(name).values(), ElementsAreArray(values)) << name;
    }
    EXPECT_EQ(file.order, order);
    EXPECT_EQ(file.tensors.size(), std::size(kTensors));
    // Tensors of one storage lie in one memory.
    EXPECT_EQ(file.tensors.at("shared.end").data.get(), file.tensors.at("shared.all").data.get() + 2);
  };
  for (const char* name : {"zip.pth", "zip_plain_dict_protocol_4.pth"}) {
    SCOPED_TRACE(name);
    check(read(name), "PyTorch zip");
    check(read_torch_zip(read_bytes(golden(name), 1 << 20), name), "PyTorch zip");
  }
  for (const char* name : {"legacy.pth", "legacy_plain_dict_protocol_4.pth"}) {
    SCOPED_TRACE(name);
    check(read(name), "PyTorch legacy");
    check(read_torch_legacy(read_bytes(golden(name), 1 << 20), name), "PyTorch legacy");
  }
}

TEST(TorchFile, FindsTheStateDict) {
  // A checkpoint of a wrapped model holds the same as the state dict alone.
  for (const char* name : {"state_dict.pth", "checkpoint.pth"}) {
    const WeightFile file = read(name);
    EXPECT_THAT(file.order, ElementsAre("0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean",
                                        "1.running_var", "1.num_batches_tracked"))
        << name;
    EXPECT_THAT(file.tensors.at("0.weight").values(), ElementsAre(0, 1, 2, 3, 4, 5)) << name;
    EXPECT_THAT(file.tensors.at("1.bias").values(), ElementsAre(30, 31, 32)) << name;
    EXPECT_EQ(file.stored_types.at("1.num_batches_tracked"), "I64") << name;
  }
  const WeightFile parameters = read("parameters.pth");
  EXPECT_THAT(parameters.order, ElementsAre("0.weight", "0.bias", "1.weight", "1.bias"));
  EXPECT_THAT(parameters.tensors.at("0.bias").values(), ElementsAre(10, 11, 12));
}

TEST(TorchFile, LeavesAsideWhatTrainingKeepsBesideTheStateDict) {
  for (const char* name : {"training.pth", "training_legacy.pth"}) {  // options, numpy's scalars, a Counter
    const WeightFile file = read(name);
    EXPECT_EQ(file.order.size(), 7u) << name;
    EXPECT_THAT(file.tensors.at("1.bias").values(), ElementsAre(30, 31, 32)) << name;
    EXPECT_EQ(file.removed_prefix, "") << name;
  }
}

TEST(TorchFile, SaysWhichPrefixItRemoved) {
  EXPECT_EQ(read("checkpoint.pth").removed_prefix, "module.");
  EXPECT_EQ(read("state_dict.pth").removed_prefix, "");
}

TEST(TorchFile, StridesOfSingleValuesDoNotMatter) {
  const WeightFile file = read("any_stride.pth");  // shape 1×2×2, strides 2⁶³−1, 1, 2
  EXPECT_THAT(file.tensors.at("a").shape, ElementsAre(1, 2, 2));
  EXPECT_THAT(file.tensors.at("a").values(), ElementsAre(1, 3, 2, 4));
  EXPECT_THAT(read("no_marks.pth").tensors.at("a").values(), ElementsAre(1, 2, 3, 4));
}

TEST(TorchFile, ReadsWhatPyTorchWroteBefore04) {
  const WeightFile file = read("before_0.4.pth");
  EXPECT_THAT(file.order, ElementsAre("rebuilt", "parameter", "variable"));
  EXPECT_THAT(file.tensors.at("rebuilt").values(), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(file.tensors.at("parameter").values(), ElementsAre(7, 8));
  EXPECT_THAT(file.tensors.at("variable").values(), ElementsAre(9));
}

TEST(TorchFile, RunsNoCode) {
  const std::pair<const char*, const char*> kCases[] = {
      {"os_system.pth", "'posix.system'"},
      {"os_system_legacy.pth", "'posix.system'"},
      {"whole_module.pth", "'torch.nn.modules.container.Sequential'"},
      {"whole_module_legacy.pth", "'nets.Net'"},
  };
  for (const auto& [name, global] : kCases) {
    EXPECT_THAT(fault(name), AllOf(HasSubstr(golden(name).string()), HasSubstr(global),
                                   HasSubstr("would run code or build a whole Python object"),
                                   HasSubstr("Hint: if you trust the file"),
                                   HasSubstr("torch.save(torch.load(F)[\"state_dict\"], G)"),
                                   HasSubstr("torch.save(torch.load(F).state_dict(), G)")));
  }
}

TEST(TorchFile, SaysWhatIsAmiss) {
  const std::pair<const char*, const char*> kCases[] = {
      {"two_state_dicts.pth",
       "holds several state dicts (model, model_ema); which one is meant cannot be told\n"
       "Hint: take one out in Python: torch.save(torch.load(F)[\"model\"], G)"},
      {"no_tensors.pth", "holds no dict of tensors; its keys: epoch, classes"},
      {"list.pth", "holds no dict of tensors"},
      {"other_entry.pth", "the entry 'epoch' of the state dict is no tensor"},
      {"numpy.pth", "the entry 'score' of the state dict is no tensor"},
      {"negated.pth", "the tensor 'a' carries marks beside its values (negated, conjugated)"},
      {"many_views.pth", "more than four times the size of the file"},
      {"deflated.pth", "the entry 'data.pkl' is compressed or encrypted"},
      {"big_endian.pth", "its numbers are not little-endian"},
      {"short_storage.pth", "the storage '0' has 4 bytes; its tensors say 8"},
      {"no_storage.pth", "has no entry 'data/1'"},
      {"two_pickles.pth", "holds several data.pkl"},
      {"torchscript.pth", "a TorchScript program, not a state dict\nHint: if you trust the file, take"},
      {"no_pickle.zip", "not of torch.save: it holds no data.pkl"},
  };
  for (const auto& [name, message] : kCases) EXPECT_THAT(fault(name), HasSubstr(message)) << name;
  EXPECT_EQ(read("little_endian.pth").tensors.size(), 2u);  // rezip() itself does no harm
}

TEST(TorchFile, EveryTruncationIsNoticed) {
  const TemporaryFolder folder;
  for (const char* name : {"small.pth", "small_legacy.pth"}) {
    ASSERT_EQ(read(name).tensors.size(), 2u);
    const Bytes whole = read_bytes(golden(name), 1 << 20);
    const auto path = folder.path() / name;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      SCOPED_TRACE(std::string(name) + " of " + std::to_string(size) + " bytes");
      const auto part = std::span(whole).first(size);
      std::ofstream(path, std::ios::binary)
          .write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(size));
      error_of(ErrorKind::Model, [&] { read_weight_file(path); });
      error_of(ErrorKind::Model, [&] { read_torch_zip(part, name); });
      error_of(ErrorKind::Model, [&] { read_torch_legacy(part, name); });
    }
  }
}

TEST(TorchFile, EveryChangedByteGivesTensorsOrAnError) {
  for (const char* name : {"small.pth", "small_legacy.pth"}) {
    Bytes bytes = read_bytes(golden(name), 1 << 20);
    const bool legacy = is_torch_legacy(bytes);
    for (std::uint8_t& byte : bytes) {
      const std::uint8_t good = byte;
      for (const int change : {0x01, 0x80, 0xFF}) {
        byte = static_cast<std::uint8_t>(good ^ change);
        try {
          const WeightFile file = legacy ? read_torch_legacy(bytes, name) : read_torch_zip(bytes, name);
          EXPECT_EQ(file.tensors.size(), file.order.size());
          for (const auto& [tensor_name, tensor] : file.tensors) EXPECT_LE(tensor.size(), 3u) << tensor_name;
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::Model);
        }
      }
      byte = good;
    }
  }
}

TEST(TorchFile, AFileThatIsNotThereIsAnIoError) {
  error_of(ErrorKind::Io, [] { read_torch_zip(golden("none")); });
  error_of(ErrorKind::Io, [] { read_torch_legacy(golden("none")); });
}

}  // namespace
}  // namespace giemsa
