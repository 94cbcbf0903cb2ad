// Archives by NumPy: tests/golden/make/npz.py, which also gives the formula of the pixels.
#include <fstream>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/data/npy.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::filesystem::path golden_npz(const std::string& name) {
  return std::filesystem::path(GIEMSA_TEST_DATA) / "npz" / name;
}

/// Picture i of the generator: 4 rows, 6 columns.
Image picture(int i, int channels = 3) {
  Image image(6, 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 6; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>(41 * i + 7 * y + 3 * x + (channels == 3 ? 5 * c : 0));
      }
    }
  }
  return image;
}

TEST(NpzSource, TheReportsArray) {
  const auto source = open_source(golden_npz("reports.npz"));
  EXPECT_THAT(source->classes(), ElementsAre("basophil", "eosinophil", "erythroblast", "ig", "lymphocyte",
                                             "monocyte", "neutrophil", "platelet"));
  ASSERT_EQ(source->records().size(), 16u);
  for (int i = 0; i < 16; ++i) {
    const Record& record = source->records()[static_cast<std::size_t>(i)];
    EXPECT_EQ(record.id, "images/" + std::to_string(i));
    EXPECT_EQ(record.path, record.id);
    EXPECT_EQ(record.label, i % 8);
    EXPECT_EQ(record.official, Part::None);
    EXPECT_EQ(source->load(static_cast<std::size_t>(i)), picture(i));
  }
}

TEST(NpzSource, MedMnistKeepsItsSplit) {
  const auto source = open_source(golden_npz("medmnist.npz"));
  ASSERT_EQ(source->records().size(), 13u);
  const struct {
    std::size_t index;
    const char* id;
    Part part;
    int label;
  } kCases[] = {{0, "train_images/0", Part::Train, 0}, {7, "train_images/7", Part::Train, 7},
                {8, "val_images/0", Part::Val, 0},     {10, "val_images/2", Part::Val, 2},
                {11, "test_images/0", Part::Test, 3},  {12, "test_images/1", Part::Test, 4}};
  for (const auto& [index, id, part, label] : kCases) {
    EXPECT_EQ(source->records()[index].id, id);
    EXPECT_EQ(source->records()[index].official, part);
    EXPECT_EQ(source->records()[index].label, label);
    EXPECT_EQ(source->load(index), picture(static_cast<int>(index)));
  }
  EXPECT_EQ(source->classes()[7], "platelet");
}

TEST(NpzSource, OtherShapesTypesAndFormats) {
  const auto flat = open_source(golden_npz("stored_flat_i8.npz"));
  EXPECT_THAT(flat->classes(), ElementsAre("class_0", "class_1", "class_2"));
  EXPECT_EQ(flat->records()[0].label, 2);
  EXPECT_EQ(flat->load(2), picture(2));

  const auto grey = open_source(golden_npz("grey_i2.npz"));
  EXPECT_THAT(grey->classes(), ElementsAre("class_0", "class_1"));
  EXPECT_EQ(grey->load(1), picture(1, 1));

  for (const char* name : {"npy_v1.npz", "npy_v2.npz", "npy_v3.npz"}) {
    const auto source = open_source(golden_npz(name));
    EXPECT_EQ(source->records()[1].label, 1) << name;
    EXPECT_EQ(source->load(1), picture(1)) << name;
  }
}

TEST(NpzSource, NamesGoWithTheLabels) {
  const auto source = open_source(golden_npz("names.npz"));
  EXPECT_THAT(source->classes(), ElementsAre("ig", "érythroblaste", "血 \U0001fa78"));
  EXPECT_EQ(source->records()[0].label, 2);
  EXPECT_EQ(source->records()[1].label, 0);
}

TEST(NpzSource, BadArchivesSayWhatWasFoundAndWhatIsExpected) {
  const struct {
    const char *name, *says;
  } kCases[] = {
      {"bad_float.npz", "items of type '<f4'; little-endian integers"},
      {"bad_u2.npz", "shape (2, 4, 6, 3) of u2; uint8 pictures [N, H, W, 3] or [N, H, W] are expected"},
      {"bad_channels.npz", "shape (2, 4, 6, 4) of u1; uint8 pictures"},
      {"bad_fortran.npz", "Fortran order; C order is expected"},
      {"bad_big_endian.npz", "items of type '>i4'"},
      {"bad_one_hot.npz", "labels: shape (2, 2); [2] or [2, 1] is expected"},
      {"bad_count.npz", "labels: shape (3); [2] or [2, 1] is expected"},
      {"bad_negative.npz", "label -1 at index 1"},
      {"bad_no_labels.npz", "no array 'labels'; it holds: images"},
      {"bad_keys.npz", "no pictures among its arrays (x, y)"},
      {"bad_empty.npz", "the arrays are empty"},
      {"bad_object.npz", "items of type '|O'"},
      {"bad_names_few.npz", "class_names: shape (1) of U4; text [2] or more is expected"},
      {"bad_names_twice.npz", "the name 'a' of label 1 is another label's"},
      {"bad_names_empty.npz", "the name '' of label 1 is empty"},
      {"bad_names_table.npz", "class_names: shape (1, 2) of U4"},
      {"bad_names_number.npz", "class_names: shape (2) of i8"},
      {"bad_names_bytes.npz", "items of type '|S1'"},
      {"bad_names_unicode.npz", "class_names: item 1 is not Unicode text"},
      {"bad_text_labels.npz", "labels: text; numbers from 0 are expected"},
      {"bad_short.npz", "267 bytes; its header says 272"},
      {"bad_long.npz", "273 bytes; its header says 272"},
      {"bad_huge.npz", "shape (99999999999, 60000, 60000, 3) is over the limit of 4294967296 bytes"},
      {"bad_overflow.npz", "shape (18446744073709551615, 9, 9, 3) is over the limit"},
      {"bad_dictionary.npz", "malformed header"},
      {"bad_magic.npz", "not an .npy array"},
  };
  for (const auto& [name, says] : kCases) {
    const std::string what = error_of(ErrorKind::Data, [&] { open_source(golden_npz(name)); });
    EXPECT_THAT(what, AllOf(HasSubstr(name), HasSubstr(says)));
  }
}

TEST(NpzSource, EveryTruncationIsADataError) {
  const Bytes whole = read_bytes(golden_npz("medmnist.npz"), 1 << 20);
  const TemporaryFolder folder;
  const auto path = folder.path() / "cut.npz";
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(whole.data()), static_cast<std::streamsize>(size));
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(path); }), HasSubstr("cut.npz")) << size;
  }
}

TEST(NpzSource, ADamagedByteIsNoticedByItsChecksum) {
  Bytes bytes = read_bytes(golden_npz("stored_flat_i8.npz"), 1 << 20);
  bytes[250] ^= 1;  // among the pixels of the first, stored array
  const TemporaryFolder folder;
  write_atomic(folder.path() / "damaged.npz", bytes);
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(folder.path() / "damaged.npz"); }),
              AllOf(HasSubstr("images"), HasSubstr("truncated or damaged"), HasSubstr("CRC")));
}

TEST(NpyHeader, ReadsKeysInAnyOrderAndStyle) {
  const auto parse = [](std::string dictionary) {
    std::string text = "\x93NUMPY";
    text += {'\x01', '\0', static_cast<char>(dictionary.size()), '\0'};
    text += dictionary;
    return parse_npy_header({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "a.npy");
  };
  const NpyHeader header = parse("{ \"shape\" : ( 3 ,4, 5 ) , 'fortran_order':False,'descr':\"<i8\"}");
  EXPECT_THAT(header.shape, ElementsAre(3, 4, 5));
  EXPECT_EQ(header.kind, 'i');
  EXPECT_EQ(header.data_bytes(), 480u);
  EXPECT_EQ(parse("{'descr': '|u1', 'fortran_order': False, 'shape': (), }\n").items(), 1u);
  EXPECT_EQ(parse("{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }\n").items(), 7u);

  for (const char* bad :
       {"{  ", "{ }", "{'descr': '|u1', 'fortran_order': False}", "{'descr': [('a', '|u1')]}",
        "{'descr': '|u1' 'fortran_order': False}", "{'descr': '|u1', 'fortran_order': 0, 'shape': ()}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "{'x': 1}"}) {
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { parse(bad); }), HasSubstr("a.npy: malformed header")) << bad;
  }
}

}  // namespace
}  // namespace giemsa::testing
