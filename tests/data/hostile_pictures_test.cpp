// Files that promise far more than they hold. Each is one finding, and costs no memory to speak of.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "core/error_matchers.h"
#include "core/resident_memory.h"
#include "data/made_source.h"
#include "giemsa/data/broken_picture.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

void put_number(Bytes& bytes, std::uint64_t value, int count, bool big_endian) {
  for (int i = 0; i < count; ++i) {
    const int shift = 8 * (big_endian ? count - 1 - i : i);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

/// CRC-32 as PNG has it (ISO 3309).
std::uint32_t crc32_of(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  return ~crc;
}

/// A PNG whose header is well-formed; its pixels are announced and do not follow.
Bytes png_header(std::uint32_t width, std::uint32_t height) {
  Bytes chunk{'I', 'H', 'D', 'R'};
  put_number(chunk, width, 4, true);
  put_number(chunk, height, 4, true);
  chunk.insert(chunk.end(), {8, 2, 0, 0, 0});  // 8-bit RGB
  Bytes bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  put_number(bytes, 13, 4, true);
  bytes.insert(bytes.end(), chunk.begin(), chunk.end());
  put_number(bytes, crc32_of(chunk), 4, true);
  put_number(bytes, 1'000, 4, true);
  bytes.insert(bytes.end(), {'I', 'D', 'A', 'T'});
  return bytes;
}

/// A TIFF of one strip (TIFF 6.0), which is `stored` bytes and says `strip_bytes`.
Bytes tiff(std::uint32_t width, std::uint32_t height, std::uint16_t compression, std::uint32_t strip_bytes,
           std::size_t stored) {
  constexpr std::uint32_t kShort = 3, kLong = 4, kPixels = 8 + 2 + 9 * 12 + 4;
  const std::array<std::array<std::uint32_t, 3>, 9> fields{{{256, kLong, width},
                                                            {257, kLong, height},
                                                            {258, kShort, 8},
                                                            {259, kShort, compression},
                                                            {262, kShort, 1},
                                                            {273, kLong, kPixels},
                                                            {277, kShort, 1},
                                                            {278, kLong, height},
                                                            {279, kLong, strip_bytes}}};
  Bytes bytes{'I', 'I', 42, 0, 8, 0, 0, 0, 9, 0};
  for (const auto& [tag, type, value] : fields) {
    put_number(bytes, tag, 2, false);
    put_number(bytes, type, 2, false);
    put_number(bytes, 1, 4, false);
    put_number(bytes, value, 4, false);
  }
  put_number(bytes, 0, 4, false);
  bytes.resize(bytes.size() + stored);
  return bytes;
}

/// A JPEG that ends with its frame header (T.81, B.2.2).
Bytes jpeg_header(std::uint16_t width, std::uint16_t height) {
  Bytes bytes{0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8};
  put_number(bytes, height, 2, true);
  put_number(bytes, width, 2, true);
  bytes.insert(bytes.end(), {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
  bytes.insert(bytes.end(), {0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0});
  return bytes;
}

TEST(HostilePictures, EachIsAFindingAndCostsNoMemory) {
  const struct {
    const char* name;
    Bytes bytes;
    const char* says;
  } kCases[] = {
      {"zero-byte.jpg", {}, "the file is empty"},
      {"100 megapixels.png", png_header(10'000, 10'000), "10000×10000 px is over the limit"},
      {"bomb.png", png_header(0x7FFFFFFF, 0x7FFFFFFF), "2147483647×2147483647 px is over the limit"},
      {"within limits, without pixels.png", png_header(5'000, 5'000), "truncated or damaged"},
      {"100 megapixels.jpg", jpeg_header(10'000, 10'000), "10000×10000 px is over the limit"},
      {"no pixels.jpg", jpeg_header(0, 16), "damaged header"},
      {"bomb.tif", tiff(30'000, 30'000, 1, 900'000'000, 10), "30000×30000 px is over the limit"},
      {"strip beyond the file.tif", tiff(100, 100, 1, 0xFFFFFFFF, 10), "TIFF"},
      {"deflated nothing.tif", tiff(8'000, 8'000, 8, 200, 200), "truncated or damaged"},
      {"packed nothing.tif", tiff(8'000, 8'000, 32773, 200, 200), "truncated or damaged"},
  };
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "a");
  for (const auto& [name, bytes, says] : kCases) {
    std::ofstream(folder.path() / "a" / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  const auto source = open_source(folder.path());
  ASSERT_EQ(source->records().size(), std::size(kCases));
  const std::size_t before = peak_resident_bytes();
  for (std::size_t i = 0; i < source->records().size(); ++i) {
    std::optional<Finding> finding;
    EXPECT_FALSE(load_or_find(*source, i, finding));
    const std::string& id = source->records()[i].id;
    const auto* const expected = std::find_if(std::begin(kCases), std::end(kCases), [&](const auto& known) {
      return id == fmt::format("a/{}", known.name);
    });
    ASSERT_NE(expected, std::end(kCases)) << id;
    ASSERT_TRUE(finding) << id;
    EXPECT_EQ(finding->reason, "corrupt");
    EXPECT_THAT(finding->evidence, AllOf(HasSubstr(id), HasSubstr(expected->says)));
  }
  EXPECT_LT(peak_resident_bytes() - before, 400u << 20);  // pixels of 64 million, twice; never gigabytes
}

TEST(HostilePictures, AFileOfGigabytesIsNotRead) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "a/huge.png");
  fs::resize_file(folder.path() / "a/huge.png", 5ull << 30);  // sparse
  const auto source = open_source(folder.path());
  std::optional<Finding> finding;
  EXPECT_FALSE(load_or_find(*source, 0, finding));
  EXPECT_EQ(finding->reason, "corrupt");
  EXPECT_THAT(finding->evidence, AllOf(HasSubstr("a/huge.png"), HasSubstr("at most")));
}

}  // namespace
}  // namespace giemsa::testing
