#include "giemsa/synth/synthesise.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/image/codec.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// Every file under `folder`: its path relative to it → its bytes.
std::map<std::string, Bytes> content(const fs::path& folder) {
  std::map<std::string, Bytes> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder)] = read_bytes(entry.path(), 1 << 20);
  return files;
}

/// The error that synthesise throws.
Error failure(const fs::path& folder, const SynthesisOptions& options) {
  try {
    synthesise(folder, options);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::Internal, "no error was thrown");
}

TEST(Synthesise, FillsOneFolderPerClass) {
  const TemporaryFolder temporary;
  std::atomic<std::uint64_t> calls = 0, last = 0;
  synthesise(temporary.path() / "new" / "cells", {.per_class = 2, .size_px = 40, .seed = 5, .threads = 1},
             [&](std::uint64_t done, std::uint64_t total) {
               ++calls;
               last = done;
               EXPECT_EQ(total, 16u);
             });
  EXPECT_EQ(calls, 16u);
  EXPECT_EQ(last, 16u);
  const auto files = content(temporary.path() / "new" / "cells");
  EXPECT_EQ(files.size(), 16u);
  for (const std::string_view name : kCellClassNames)
    for (const char* number : {"00001", "00002"}) {
      const std::string path = std::string(name) + "/" + std::string(name) + "_" + number + ".png";
      ASSERT_TRUE(files.contains(path)) << path;
      const Image picture = decode_image(files.at(path), path);
      EXPECT_EQ(picture.width(), 40);
      EXPECT_EQ(picture.height(), 40);
    }
}

TEST(Synthesise, ThreadsDoNotChangeThePictures) {
  const TemporaryFolder one, three;
  synthesise(one.path(), {.per_class = 3, .size_px = 48, .seed = 11, .threads = 1});
  synthesise(three.path(), {.per_class = 3, .size_px = 48, .seed = 11, .threads = 3});
  EXPECT_EQ(content(one.path()), content(three.path()));
}

TEST(Synthesise, ALargerSetExtendsASmallerOne) {
  const TemporaryFolder small, large;
  synthesise(small.path(), {.per_class = 1, .size_px = 32, .seed = 2});
  synthesise(large.path(), {.per_class = 2, .size_px = 32, .seed = 2});
  const auto more = content(large.path());
  for (const auto& [path, bytes] : content(small.path())) EXPECT_EQ(more.at(path), bytes) << path;
}

TEST(Synthesise, SeedsGiveOtherPictures) {
  const TemporaryFolder a, b;
  synthesise(a.path(), {.per_class = 1, .size_px = 32, .seed = 1});
  synthesise(b.path(), {.per_class = 1, .size_px = 32, .seed = 2});
  const auto theirs = content(b.path());
  for (const auto& [path, bytes] : content(a.path())) EXPECT_NE(theirs.at(path), bytes) << path;
}

TEST(Synthesise, RefusesOptionsOutOfRange) {
  const struct {
    SynthesisOptions options;
    const char* message;
  } cases[] = {
      {{.per_class = 0}, "[synth] 0 pictures per class; expected 1 to 99999"},
      {{.per_class = -4}, "[synth] -4 pictures per class; expected 1 to 99999"},
      {{.per_class = 100'000}, "[synth] 100000 pictures per class; expected 1 to 99999"},
      {{.size_px = 31}, "[synth] size 31 px; expected 32 to 512"},
      {{.size_px = 513}, "[synth] size 513 px; expected 32 to 512"},
      {{.size_px = 1ll << 40}, "[synth] size 1099511627776 px; expected 32 to 512"},
      {{.threads = -1}, "[synth] -1 threads; expected 0 (one per processor) or more"},
  };
  for (const auto& c : cases) {
    const TemporaryFolder temporary;
    const fs::path folder = temporary.path() / "cells";
    const Error error = failure(folder, c.options);
    EXPECT_EQ(error.kind(), ErrorKind::Usage) << c.message;
    EXPECT_EQ(error.message(), c.message);
    EXPECT_FALSE(error.hint().empty()) << c.message;
    EXPECT_FALSE(fs::exists(folder)) << c.message;
  }
}

TEST(Synthesise, RefusesAFolderWithContentAndLeavesIt) {
  const TemporaryFolder temporary;
  write_atomic(temporary.path() / "notes.txt", std::string_view("mine"));
  const Error error = failure(temporary.path(), {.per_class = 1, .size_px = 32});
  EXPECT_EQ(error.kind(), ErrorKind::Usage);
  EXPECT_EQ(error.message(),
            "[synth] output folder '" + temporary.path().string() + "' exists and is not empty");
  EXPECT_EQ(error.hint(), "name a new folder, or remove this one first");
  EXPECT_EQ(content(temporary.path()).size(), 1u);
}

TEST(Synthesise, RefusesAFileAsOutput) {
  const TemporaryFolder temporary;
  const fs::path file = temporary.path() / "cells";
  write_atomic(file, std::string_view("mine"));
  const Error error = failure(file, {.per_class = 1, .size_px = 32});
  EXPECT_EQ(error.kind(), ErrorKind::Usage);
  EXPECT_EQ(error.message(), "[synth] output '" + file.string() + "' is a file; expected a folder to create");
}

TEST(Synthesise, ReportsAnUnwritableOutput) {
  // Below a file no folder can be made, not even by root.
  const TemporaryFolder temporary;
  write_atomic(temporary.path() / "file", std::string_view("x"));
  const Error error = failure(temporary.path() / "file" / "cells", {.per_class = 1, .size_px = 32});
  EXPECT_EQ(error.kind(), ErrorKind::Io);
  EXPECT_THAT(error.message(), testing::HasSubstr("file/cells"));

  if (geteuid() == 0) return;  // permissions do not bind root
  const fs::path locked = temporary.path() / "locked";
  fs::create_directory(locked);
  fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(failure(locked, {.per_class = 1, .size_px = 32}).kind(), ErrorKind::Io);
  fs::permissions(locked, fs::perms::owner_all);
}

}  // namespace
}  // namespace giemsa
