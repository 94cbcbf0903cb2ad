#include "giemsa/data/crop_cache.h"

#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <numeric>

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Ten pictures of growing size, two of them broken: number 3 is damaged, number 6 a dangling name.
class Cache : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string manifest = "path,label\n";
    for (int i = 0; i < 10; ++i) {
      const std::string name = std::to_string(i) + ".png";
      Image image(8 + i, 6 + i);
      for (std::size_t b = 0; b < image.bytes().size(); ++b) {
        image.pixels()[b] = static_cast<std::uint8_t>(b * 7 + static_cast<std::size_t>(i));
      }
      if (i != 6) put_picture(folder_.path() / name, image);
      pictures_.push_back(std::move(image));
      manifest += name + "," + (i % 2 == 0 ? "even" : "odd") + "\n";
    }
    put_text(folder_.path() / "3.png", "broken");
    put_text(folder_.path() / "cells.csv", manifest);
    source_ = open_source(folder_.path() / "cells.csv");
    std::iota(all_.begin(), all_.end(), std::size_t{0});
  }

  void expect_squares(const CropCache& cache, const Preprocess& preprocess) const {
    std::uint64_t bytes = 0;
    for (const std::size_t i : all_) {
      const ImageView crop = cache.crop(i);
      if (i == 3 || i == 6) {
        EXPECT_EQ(crop.pixels, nullptr);
        EXPECT_EQ(crop.width, 0);
        continue;
      }
      const ImageView expected = centre_square(pictures_[i], preprocess);
      ASSERT_EQ(crop.width, expected.width);
      ASSERT_EQ(crop.height, expected.height);
      for (int y = 0; y < crop.height; ++y) {
        EXPECT_TRUE(std::equal(crop.row(y), crop.row(y) + 3 * crop.width, expected.row(y))) << i;
      }
      bytes += std::uint64_t{3} * static_cast<unsigned>(crop.width * crop.height);
    }
    EXPECT_EQ(cache.bytes(), bytes);
  }

  TemporaryFolder folder_;
  std::vector<Image> pictures_;
  std::unique_ptr<Source> source_;
  std::vector<std::size_t> all_ = std::vector<std::size_t>(10);
  const Preprocess preprocess_{.crop_px = 11};
};

TEST_F(Cache, InMemoryHoldsTheCentreSquares) {
  std::atomic<std::uint64_t> calls = 0, last = 0;
  const auto result =
      CropCache::build(*source_, all_, preprocess_, {}, [&](std::uint64_t done, std::uint64_t total) {
        EXPECT_EQ(total, 10u);
        ++calls;
        if (done == total) last = done;
      });
  expect_squares(result.cache, preprocess_);
  EXPECT_EQ(calls, 10u);
  EXPECT_EQ(last, 10u);
}

TEST_F(Cache, InAFileHoldsTheSameAndLeavesNoName) {
  const auto path = folder_.path() / "crops.bin";
  CropCache copy;
  {
    const auto result = CropCache::build(*source_, all_, preprocess_, path, {});
    EXPECT_FALSE(std::filesystem::exists(path));
    copy = result.cache;
  }
  expect_squares(copy, preprocess_);  // the mapping lives as long as a copy of the cache
}

TEST_F(Cache, BrokenPicturesAreFindingsInRecordOrder) {
  for (const char* file : {"", "crops.bin"}) {
    const auto path = *file ? folder_.path() / file : std::filesystem::path();
    const auto findings = CropCache::build(*source_, all_, preprocess_, path, {}).findings;
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[0].record, "3.png");
    EXPECT_EQ(findings[0].reason, "corrupt");
    EXPECT_THAT(findings[0].evidence, HasSubstr("not a picture"));
    EXPECT_EQ(findings[1].record, "6.png");
    EXPECT_EQ(findings[1].reason, "unreadable");
  }
}

TEST_F(Cache, HoldsOnlyWhatWasAskedFor) {
  const std::vector<std::size_t> some{8, 1};
  const auto result = CropCache::build(*source_, some, preprocess_, {}, {});
  for (const std::size_t i : all_) EXPECT_EQ(result.cache.crop(i).width > 0, i == 8 || i == 1) << i;
  EXPECT_TRUE(result.findings.empty());
  const auto nothing = CropCache::build(*source_, {}, preprocess_, folder_.path() / "empty.bin", {});
  EXPECT_EQ(nothing.cache.bytes(), 0u);
  EXPECT_EQ(nothing.cache.crop(0).width, 0);
}

TEST_F(Cache, MisuseIsAnInternalError) {
  for (const std::vector<std::size_t>& bad : {std::vector<std::size_t>{10}, std::vector<std::size_t>{1, 1}}) {
    EXPECT_THAT(error_of(ErrorKind::Internal, [&] { CropCache::build(*source_, bad, preprocess_, {}, {}); }),
                HasSubstr("out of range or asked for twice"));
  }
  EXPECT_THAT(error_of(ErrorKind::Internal, [] { static_cast<void>(CropCache().crop(0)); }),
              HasSubstr("no record 0"));
}

TEST_F(Cache, AnExistingFileIsNotTouched) {
  const auto path = folder_.path() / "precious.bin";
  put_text(path, "mine");
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { CropCache::build(*source_, all_, preprocess_, path, {}); }),
              HasSubstr("precious.bin: cannot create it"));
  EXPECT_EQ(read_text(path), "mine");
  EXPECT_THAT(error_of(ErrorKind::Io,
                       [&] { CropCache::build(*source_, all_, preprocess_, folder_.path() / "no/dir", {}); }),
              HasSubstr("cannot create it"));
}

/// Stands in for a full disk: no file may grow beyond `bytes`, and writing says so instead of killing.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(Cache, AFullDiskIsAnIoErrorAndLeavesNothing) {
  const auto path = folder_.path() / "crops.bin";
  const FileSizeLimit limit(500);
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { CropCache::build(*source_, all_, preprocess_, path, {}); }),
              ::testing::AllOf(HasSubstr("cannot write to it"), HasSubstr("Hint: free some space")));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace giemsa::testing
